"""The words on the screens, in English and 简体中文.

English is written in the code and is the key. Chinese stands in Babel catalogues,
``dashboard/locale/zh/LC_MESSAGES/*.po``: one file for each page, so that a page brings its own words.
The catalogues are read when the server starts; there is nothing to compile.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from dashboard.viewer import viewer
from twin.plan.model import Label, Language

LOCALE = Path(__file__).parent / "locale"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Translations by English text; empty for English itself."""
    words: dict[str, str] = {}
    for path in sorted((LOCALE / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language, abort_invalid=True):
                if message.id and message.string:
                    words[str(message.id)] = str(message.string)
    return words


def text(message: str, language: Language, **values: object) -> str:
    """``message`` in ``language``, with ``values`` put in the places of their names (``{count}``)."""
    words = catalogue(language).get(message, message)
    return words.format(**values) if values else words


def _(message: str, **values: object) -> str:
    """``message`` in the language of the viewer. ``_`` is what Babel looks for when it extracts."""
    return text(message, viewer().language, **values)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """``message`` as it is: marks a constant that is translated where it is shown."""
    return message


def in_words(label: Label) -> str:
    """A name of the plan in the language of the viewer."""
    return label.text(viewer().language)
