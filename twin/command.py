"""The ``twin`` command: it finds its subcommands by entry points and turns errors into exit codes.

Exit codes: 0 done, 1 the command found violations, 2 wrong input (one line on stderr, no traceback).
Other packages, and a site's own, add subcommands through the entry-point group ``twin.commands``: a
function becomes a command, a :class:`typer.Typer` becomes a group of commands.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points

import typer

from twin.errors import TwinError

GROUP = "twin.commands"
WRONG_INPUT = 2


def registered() -> dict[str, EntryPoint]:
    """Subcommands by name, in alphabetical order."""
    return {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda one: one.name)}


def build(names: list[str]) -> typer.Typer:
    """The ``twin`` application with the subcommands in ``names``."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="The digital twin that malls run on: ask the building a question.",
    )

    @app.callback()
    def _root() -> None:
        """The digital twin that malls run on: ask the building a question."""

    known = registered()
    for name in names:
        target = known[name].load()
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=name)
        else:
            app.command(name)(target)
    return app


def main() -> None:
    """Run the ``twin`` command with the arguments of this process.

    Only the subcommand that is asked for is imported: ``twin plan`` loads no dashboard.
    """
    known = registered()
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    app = build([asked] if asked in known else list(known))
    try:
        app(prog_name="twin")
    except TwinError as error:
        sys.stderr.write(f"twin: {error}\n")
        sys.exit(WRONG_INPUT)
