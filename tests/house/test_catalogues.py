"""What a person reads on the screens stands in the Chinese catalogues, with the same places for values."""

from __future__ import annotations

import re
import string
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

PYTHON_KEYWORDS = {"_": None, "text": None, "N_": None}
SCRIPT_KEYWORDS = {"t": None}


def english(root: Path) -> set[str]:
    """Every English text that the code and the scripts of the dashboard mark for translation."""
    room = root / "dashboard"
    found = [
        *extract_from_dir(room, method_map=[("**.py", "python")], keywords=PYTHON_KEYWORDS),
        *extract_from_dir(room, method_map=[("**.js", "javascript")], keywords=SCRIPT_KEYWORDS),
    ]
    marked = {message for _file, _line, message, _comments, _context in found if isinstance(message, str)}
    # The tables of words.js are translated by key at run time.
    marked |= set(re.findall(r'\b\w+: "([^"]+)"', (room / "assets/words.js").read_text(encoding="utf-8")))
    # A single letter is part of a key that a script puts together ("p" + priority).
    return {message for message in marked if len(message) > 1}


def chinese(root: Path) -> dict[str, str]:
    """Chinese by English, from all catalogues."""
    words: dict[str, str] = {}
    for path in sorted((root / "dashboard/locale/zh/LC_MESSAGES").glob("*.po")):
        with path.open("rb") as stream:
            words |= {str(one.id): str(one.string) for one in read_po(stream, locale="zh") if one.id}
    return words


def places(message: str) -> set[str]:
    """Names of the values that are put into ``message``."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(message) if name}


def test_every_message_has_a_translation(root: Path) -> None:
    marked, known = english(root), chinese(root)
    assert len(marked) > 100
    missing = sorted(message for message in marked if not known.get(message))
    assert not missing, f"{len(missing)} without Chinese: {missing}"


def test_translations_hold_the_same_values(root: Path) -> None:
    wrong = {one: other for one, other in chinese(root).items() if other and places(one) != places(other)}
    assert not wrong


def test_translations_are_chinese(root: Path) -> None:
    """A translation without a Chinese character is a copy; units, numbers and names may stay."""
    han = re.compile(r"[\u4e00-\u9fff]")
    word = re.compile(r"[A-Za-z]{4,}")
    copied = {
        one: other for one, other in chinese(root).items() if word.search(one) and not han.search(other)
    }
    assert not copied
