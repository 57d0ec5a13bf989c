"""Importing this module registers the answers of this package's kinds of question."""

from __future__ import annotations

from importlib import import_module

for _name in ("crowd", "drill_answer", "layout", "tenant_mix"):
    import_module(f"scenarios.{_name}")
