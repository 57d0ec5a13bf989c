"""Writes the reference pages: commands from the application itself, the API from the list of public names."""

from __future__ import annotations

import importlib
import inspect
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import typer.main
from parameter_pages import parameters_page

from twin.command import build, registered

HERE = Path(__file__).resolve().parent
ABOUT = """\
Written from the application itself. Every command ends with exit code 0 (done), 1 (violations were found)
or 2 (wrong input: one line on stderr, no traceback). With `--json` it prints one JSON document on stdout;
logs and progress go to stderr."""


class Parameter(Protocol):
    """What is read of a command's argument or option."""

    name: str
    param_type_name: str
    opts: list[str]
    secondary_opts: list[str]
    required: bool
    default: object


class Command(Protocol):
    """What is read of a command."""

    name: str
    help: str | None
    params: list[Parameter]


def write_reference(folder: Path) -> None:
    """Write ``commands.md`` and one page for each room into ``folder``; untouched when nothing changed."""
    folder.mkdir(exist_ok=True)
    pages = {"commands.md": commands_page(), "parameters.md": parameters_page(), **api_pages(public_names())}
    for name, words in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != words:
            path.write_text(words, encoding="utf-8")


def public_names() -> Mapping[str, Mapping[str, list[str]]]:
    """Public names by room and module, from ``docs/public_names.toml``."""
    return tomllib.loads((HERE / "public_names.toml").read_text(encoding="utf-8"))


def commands_page() -> str:
    """Every command of ``twin`` with its arguments and options."""
    words = [
        "# Commands",
        "",
        ABOUT,
        "",
    ]
    top = typer.main.get_command(build(list(registered())))
    for name, command in sorted(getattr(top, "commands", {}).items()):
        for title, one in [
            (f"twin {name}", command),
            *((f"twin {name} {sub}", c) for sub, c in _below(command)),
        ]:
            words += _command(title, one)
    return "\n".join(words) + "\n"


def _below(command: object) -> list[tuple[str, Command]]:
    """Subcommands of a group, in order."""
    return sorted(getattr(command, "commands", {}).items())


def _command(title: str, command: Command) -> list[str]:
    """The section of one command."""
    words = [f"## `{title}`", "", inspect.cleandoc(command.help or "").replace("\f", ""), ""]
    shown = [one for one in command.params if one.name != "help"]
    if shown:
        words += ["| argument or option | meaning | default |", "| --- | --- | --- |"]
        words += [_row(one) for one in shown] + [""]
    return words


def _row(one: Parameter) -> str:
    """The table row of an argument or option."""
    argument = one.param_type_name == "argument"
    name = (
        f"`{one.name.upper()}`"
        if argument
        else ", ".join(f"`{opt}`" for opt in one.opts + one.secondary_opts)
    )
    meaning = " ".join(str(getattr(one, "help", "") or "").split()).replace("|", "\\|")
    default = "required" if one.required else _default(one.default)
    return f"| {name} | {meaning} | {default} |"


def _default(value: object) -> str:
    """A default as a reader writes it."""
    if value is None or value is False or callable(value):
        return ""
    if value is True:
        return "on"
    shown = getattr(value, "value", value)
    return f"`{shown}`" if str(shown) else ""


def api_pages(names: Mapping[str, Mapping[str, list[str]]]) -> dict[str, str]:
    """One page for each room, with the public names of its modules."""
    pages = {}
    for room, modules in names.items():
        words = [f"# {room}", ""]
        for module, members in modules.items():
            about = (importlib.import_module(module).__doc__ or "").strip().splitlines()[0]
            words += [f"## {module}", "", about, "", f"```{{eval-rst}}\n.. py:currentmodule:: {module}\n"]
            words += [_directive(module, member) for member in members] + ["```", ""]
        pages[f"{room}.md"] = "\n".join(words)
    return pages


def _directive(module: str, member: str) -> str:
    """The autodoc directive that suits the kind of thing that ``member`` is."""
    value = getattr(importlib.import_module(module), member)
    if inspect.isclass(value):
        return f".. autoclass:: {module}.{member}\n   :members:\n"
    if inspect.isfunction(value):
        return f".. autofunction:: {module}.{member}\n"
    return f".. autodata:: {module}.{member}\n   :no-value:\n"
