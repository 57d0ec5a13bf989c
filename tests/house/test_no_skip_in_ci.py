"""In CI a skip is a failure; at a desk it is a skip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parent.parent / "conftest.py"


def run_pytest(folder: Path, source: str, *, in_ci: bool) -> tuple[int, str]:
    """Exit code and words of pytest on one module, with the conftest of this tree beside it."""
    (folder / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_one.py").write_text(source, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    if in_ci:
        environment["CI"] = "true"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout


SKIPS = {
    "in the test": "import pytest\n\ndef test_one():\n    pytest.skip('no browser')\n",
    "by a mark": "import pytest\n\n@pytest.mark.skip(reason='no browser')\ndef test_one():\n    pass\n",
    "of the module": "import pytest\n\npytest.importorskip('no_such_module')\n",
}


@pytest.mark.parametrize("source", SKIPS.values(), ids=list(SKIPS))
def test_a_skip_is_a_failure_in_ci(tmp_path: Path, source: str) -> None:
    code, words = run_pytest(tmp_path, source, in_ci=True)
    assert code != 0, words
    assert "CI must skip nothing" in words


def test_a_skip_is_a_skip_at_a_desk(tmp_path: Path) -> None:
    code, words = run_pytest(tmp_path, SKIPS["in the test"], in_ci=False)
    assert code == 0, words
    assert "1 skipped" in words
