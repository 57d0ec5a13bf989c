"""How the manual is built: warnings are errors, and the reference pages are written from the code.

The pages under ``docs/reference`` do not stand in the repository. They are written before each build:
the commands from the ``twin`` application itself, the API from ``docs/public_names.toml``, which is also the
list that the tests of the house check.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from reference_pages import write_reference  # noqa: E402  the folder of this file is no package

project = "mall-twin"
author = "The mall-twin developers"
copyright = "2026, The mall-twin developers. Apache-2.0"
release = "0.1.0"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "pictures"]
source_suffix = {".md": "markdown"}
nitpicky = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = "mall-twin"
html_static_path: list[str] = []


def setup(app: Sphinx) -> None:
    """Write the reference pages before the files are read."""
    app.connect("config-inited", lambda _app, _config: write_reference(HERE / "reference"))
