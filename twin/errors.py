"""Every error the engine raises on purpose.

The tree::

    TwinError(Exception)
    ├── InputError(TwinError, ValueError)      what was given breaks a rule; exit code 2
    │   ├── PlanError                          a floor plan cannot be read or built
    │   ├── EditError                          an edit does not fit the plan
    │   ├── ScenarioError                      a question is ill-formed
    │   └── ReadingError                       a payload is not a reading
    ├── MissingExtraError(TwinError, ImportError)   an optional part is not installed; exit code 2
    └── RunError(TwinError, RuntimeError)      a run ended without an answer; exit code 2

A message is one line: it names the thing and the rule that it breaks.
"""

from __future__ import annotations


class TwinError(Exception):
    """Base of all errors that mall-twin raises on purpose."""


class InputError(TwinError, ValueError):
    """Something that was given breaks a rule. The command line ends with exit code 2."""


class PlanError(InputError):
    """A floor plan cannot be read or does not make a building."""


class EditError(InputError):
    """An edit names something that the plan does not have, or cannot be done."""


class ScenarioError(InputError):
    """A scenario is ill-formed, or does not fit the plan it is asked on."""


class ReadingError(InputError):
    """A payload cannot be decoded to readings."""


class MissingExtraError(TwinError, ImportError):
    """An optional part of mall-twin is not installed; the message says which extra to install."""


class RunError(TwinError, RuntimeError):
    """A simulation ended without an answer."""
