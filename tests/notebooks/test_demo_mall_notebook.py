"""The notebook runs from top to bottom, and its two halves (script and notebook) say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jupytext
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent.parent / "notebooks"
LONGEST_S = 300
"""A cell may compile kernels on a machine that is busy with other tests."""


def cells(name: str) -> list[tuple[str, str]]:
    """Kind and text of each cell."""
    return [(one.cell_type, one.source) for one in jupytext.read(FOLDER / name).cells]


def test_script_and_notebook_are_a_pair() -> None:
    """`jupytext --sync notebooks/demo_mall.py` makes them equal again."""
    assert cells("demo_mall.py") == cells("demo_mall.ipynb")


def test_notebook_is_kept_without_outputs() -> None:
    notebook = jupytext.read(FOLDER / "demo_mall.ipynb")
    assert not [one for one in notebook.cells if one.cell_type == "code" and one.outputs]


@pytest.fixture(scope="module")
def executed() -> Any:
    """The notebook after a run in a fresh kernel."""
    notebook = jupytext.read(FOLDER / "demo_mall.ipynb")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PLOTLY_RENDERER", "plotly_mimetype")
        NotebookClient(notebook, timeout=LONGEST_S, kernel_name="python3").execute(cwd=str(FOLDER))
    return notebook


def words(notebook: Any) -> str:
    """All that the cells printed."""
    outputs = [out for one in notebook.cells if one.cell_type == "code" for out in one.outputs]
    return "".join(out.get("text", "") for out in outputs)


def test_notebook_draws_every_figure(executed: Any) -> None:
    outputs = [out for one in executed.cells if one.cell_type == "code" for out in one.outputs]
    figures = [out for out in outputs if "application/vnd.plotly.v1+json" in out.get("data", {})]
    assert len(figures) == 3
    for figure in figures:
        assert figure["data"]["application/vnd.plotly.v1+json"]["data"]


def test_notebook_asks_no_outside_host(executed: Any) -> None:
    assert "https://" not in str([one.outputs for one in executed.cells if one.cell_type == "code"])


def test_notebook_accounts_for_everybody_and_says_that_it_is_advisory(executed: Any) -> None:
    assert "6000 of 6000 out" in words(executed)
    assert "advisory" in words(executed)
