"""Figures in README and manual are those of the recorded runs, in both languages."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def figures(root: Path) -> ModuleType:
    """The script of the manual."""
    spec = importlib.util.spec_from_file_location("figures", root / "docs/figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BLOCKS = {
    "README.md": ("verification", "benchmarks"),
    "README.zh-CN.md": ("verification", "benchmarks"),
    "docs/models/network.md": ("failed_network",),
    "docs/models/crowd.md": ("failed_crowd",),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_page_says_what_was_recorded(root: Path, figures: ModuleType, name: str) -> None:
    """After a new record: python docs/figures.py."""
    assert set(figures.PAGES) == set(BLOCKS)
    text = (root / name).read_text(encoding="utf-8")
    for block in BLOCKS[name]:
        assert f"<!-- {block} -->" in text
    assert figures.with_blocks(text, figures.PAGES[name]) == text


def test_a_block_is_replaced_whole_and_nothing_else(figures: ModuleType) -> None:
    text = "a\n<!-- verification -->\nold\n<!-- /verification -->\nb\n"
    made = figures.with_blocks(text, "en")
    assert "old" not in made
    assert made.startswith("a\n<!-- verification -->\n")
    assert made.endswith("<!-- /verification -->\nb\n")
    assert figures.with_blocks(made, "en") == made


def test_the_benchmarks_page_is_made_of_the_figures_beside_it(root: Path) -> None:
    """After a change of its words: the next `twin bench --report docs/benchmarks.md`, or the page of the same
    figures."""
    from benchmarks.report import page

    found = json.loads((root / "docs/benchmarks.json").read_text(encoding="utf-8"))
    assert (root / "docs/benchmarks.md").read_text(encoding="utf-8") == page(found)


def test_the_verification_page_is_made_of_the_record(root: Path) -> None:
    """`twin verify --recorded --page docs/verification.md` writes it anew."""
    from scenarios.verification.record import RECORD, read_record
    from scenarios.verification.report import markdown

    found = read_record()
    if (
        found is None
    ):  # the project has just been changed by hand, or was never verified: nothing may claim it was
        assert not RECORD.exists()
        assert "No run is recorded" in (root / "README.md").read_text(encoding="utf-8")
        return
    made = "\n".join(markdown(found.results, found.origin, pictures="pictures/verification/")) + "\n"
    assert (root / "docs/verification.md").read_text(encoding="utf-8") == made
