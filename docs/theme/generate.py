"""The pages that are made of the code: settings.md and commands.md. `python docs/theme/generate.py [--check]`.

tests/test_docs.py fails when they are not what the code says.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import typer
from pydantic_core import PydanticUndefined
from typer.models import ArgumentInfo, OptionInfo

from assistant.settings import Settings
from newsdesk.commands import COMMANDS, app

DOCS = Path(__file__).parent.parent
NOTE = "<!-- Made by docs/theme/generate.py out of the code: do not change it here. -->"


def settings() -> str:
    """The table of every setting."""
    rows = [_row("variable", "what it is", "default"), "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        said, _, default = (field.description or "").partition("; default: ")
        if field.default not in (None, PydanticUndefined, ""):
            default = f"`{field.default}`"
        rows.append(_row(f"`NEWSDESK_{name.upper()}`", said, default or "none"))
    return f"""# Settings

{NOTE}

Every setting comes from the environment or from a file `.env` in the folder where a command is started; an option of
the command line stands above both. Settings are read once, where a program starts: from Python, `Assistant.open`
takes the same values as arguments and reads none of these.

{chr(10).join(rows)}

`NEWSDESK_CACHE`, read from the environment only, is the folder in which converted encoders are kept; by default the
user's cache folder.
"""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def commands() -> str:
    """Every command with its arguments and options, as its --help tells them."""
    parts = [f"# Commands\n\n{NOTE}\n\n{app.info.help}\n"]
    panels = {name: [(_name(function), function) for function in of] for name, of in COMMANDS.items()}
    for group in app.registered_groups:
        inner = group.typer_instance.registered_commands if group.typer_instance else []
        named = [
            (f"{group.name} {made.name or _name(made.callback)}", made.callback) for made in inner if made.callback
        ]
        panels.setdefault(group.rich_help_panel or "Others", []).extend(named)
    for panel, named in panels.items():
        parts.append(f"## {panel}\n")
        parts += [_command(name, function) for name, function in named]
    return "\n".join(parts).rstrip() + "\n"


def _name(function: Any) -> str:
    return str(function.__name__).strip("_").replace("_", "-")


def _command(name: str, function: Any) -> str:
    usage, rows = [], []
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        kind, *more = get_args(parameter.annotation) if get_origin(parameter.annotation) is Annotated else [None]
        info = more[0] if more else typer.Argument()
        kind = parameter.annotation if kind is None else kind
        many, required = "list" in str(kind), parameter.default is inspect.Parameter.empty
        if isinstance(info, ArgumentInfo):
            shown = parameter.name.upper().removesuffix("S") + "…" if many else parameter.name.upper()
            usage.append(shown if required else f"[{shown}]")
            if info.help:
                rows.append(_row(f"`{shown}`", info.help))
        elif not info.hidden:
            rows.append(_row(_option(parameter.name, kind, info), info.help or ""))
    help_ = "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(function.__doc__ or "").split("\n\n"))
    table = "\n| | |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""
    return f"### `newsdesk {' '.join([name, *usage])}`\n\n{help_}\n{table}"


def _option(name: str, kind: Any, info: OptionInfo) -> str:
    given = [info.default, *(info.param_decls or ())]  # in Annotated the first name stands where a default would
    named = [one for one in given if isinstance(one, str) and one.startswith("-")]
    names = ", ".join(f"`{one}`" for one in named or [f"--{name.replace('_', '-')}"])
    kinds = [one for one in get_args(kind) or [kind] if one is not type(None)]
    metavar = {bool: "", datetime: "DAY", Path: "PATH", int: "N", float: "N"}.get(kinds[0], "TEXT")
    return f"{names} *{metavar}*" if metavar else names


PAGES = {"settings.md": settings, "commands.md": commands}


def main() -> None:
    """Write the pages; with --check, only say which are not current."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--check", action="store_true", help="write nothing; exit code 1 when a page is not current")
    arg = cli.parse_args()
    stale = [name for name, make in PAGES.items() if not arg.check or (DOCS / name).read_text("utf-8") != make()]
    if arg.check and stale:
        sys.exit(f"not current: {', '.join(stale)}; run python docs/theme/generate.py")
    for name in stale:
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8")


if __name__ == "__main__":
    main()
