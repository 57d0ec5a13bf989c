"""The notebook that repeats a bottleneck experiment runs, and finds what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jupytext
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent.parent / "notebooks"
LONGEST_S = 600
"""A cell may compile kernels on a machine that is busy with other tests."""


def cells(name: str) -> list[tuple[str, str]]:
    """Kind and text of each cell."""
    return [(one.cell_type, one.source) for one in jupytext.read(FOLDER / name).cells]


def test_script_and_notebook_are_a_pair() -> None:
    """`jupytext --sync notebooks/bottleneck_experiment.py` makes them equal again."""
    assert cells("bottleneck_experiment.py") == cells("bottleneck_experiment.ipynb")
    notebook = jupytext.read(FOLDER / "bottleneck_experiment.ipynb")
    assert not [one for one in notebook.cells if one.cell_type == "code" and one.outputs]


@pytest.fixture(scope="module")
def executed(shared: Path) -> Any:
    """The notebook after a run in a fresh kernel, with the experiment at hand."""
    notebook = jupytext.read(FOLDER / "bottleneck_experiment.ipynb")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PLOTLY_RENDERER", "plotly_mimetype")
        patched.setenv("MALL_TWIN_SHARED", str(shared))
        NotebookClient(notebook, timeout=LONGEST_S, kernel_name="python3").execute(cwd=str(FOLDER))
    return notebook


def outputs(notebook: Any) -> list[Any]:
    """What the cells showed."""
    return [out for one in notebook.cells if one.cell_type == "code" for out in one.outputs]


def words(notebook: Any) -> str:
    """All that the cells printed."""
    return "".join(out.get("text", "") for out in outputs(notebook))


def test_everybody_comes_out_and_the_flow_is_near_the_measured_one(executed: Any) -> None:
    """PedPy finds the flow of the experiment as published with it, and that of the simulation within 15 %."""
    said = words(executed)
    assert said.count("75 of 75 out") == 3
    (own,) = re.findall(r"flow of the experiment by this notebook ([0-9.]+)", said)
    (simulated,) = re.findall(r"flow simulated ([0-9.]+)", said)
    (measured,) = re.findall(r"flow measured  ([0-9.]+)", said)
    assert float(own) == pytest.approx(float(measured), abs=0.02)
    assert float(simulated) == pytest.approx(float(measured), rel=0.15)
    assert "advisory" in said


def test_every_figure_is_drawn_and_asks_no_outside_host(executed: Any) -> None:
    figures = [out for out in outputs(executed) if "application/vnd.plotly.v1+json" in out.get("data", {})]
    assert len(figures) == 3
    for figure in figures:
        assert figure["data"]["application/vnd.plotly.v1+json"]["data"]
    assert "https://" not in str(outputs(executed))
