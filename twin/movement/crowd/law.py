"""How people walk: the one set of parameters of the crowd engine, and what it was fitted on."""

from __future__ import annotations
