"""Pictures of a plan as files: SVG and HTML by themselves, PNG through a browser that is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from twin.errors import MissingExtraError, PlanError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_S = 60.0


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path``.

    Raises:
        PlanError: if it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise PlanError(f"{path}: cannot be written ({error.strerror or error})") from error


def write_png(path: Path, svg: str, *, width_px: int, height_px: int) -> None:
    """Write the picture ``svg`` as PNG to ``path``, drawn by Chromium without a window.

    Raises:
        MissingExtraError: if no Chromium is installed.
        PlanError: if it cannot be written.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise MissingExtraError(
            f"{path}: a PNG needs Chromium on the PATH ({', '.join(BROWSERS)}); SVG and HTML need nothing"
        )
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "plan.svg", Path(folder) / "plan.png"
        source.write_text(svg, "utf-8")
        command = [
            browser,
            "--headless",
            # The picture is our own, and a container seldom lets a browser build its sandbox.
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            f"--window-size={width_px},{height_px}",
            f"--screenshot={made}",
            source.as_uri(),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)  # noqa: S603  # our own file
        except (OSError, subprocess.SubprocessError) as error:
            raise PlanError(f"{path}: Chromium could not draw the picture ({error})") from error
        if not made.is_file():
            raise PlanError(f"{path}: Chromium drew no picture")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, path)
        except OSError as error:
            raise PlanError(f"{path}: cannot be written ({error.strerror or error})") from error
