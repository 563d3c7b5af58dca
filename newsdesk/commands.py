"""The commands of `newsdesk`, one file per group, and the order in which its help shows them.

A new command: a function with a docstring in the file of its group, and its name in COMMANDS.
"""

from __future__ import annotations

from newsdesk.access import access
from newsdesk.adding import add, follow, refresh, unfollow
from newsdesk.app import app
from newsdesk.articles import list_, remove, show
from newsdesk.asking import ask, retrieve, timeline
from newsdesk.evaluating import evaluate, feedback
from newsdesk.serving import chat, mcp, serve
from newsdesk.upkeep import backup, check, export, import_, rebuild, restore, vacuum
from newsdesk.verifying import verify
from newsdesk.watching import watch

__all__ = ["COMMANDS", "app"]

COMMANDS = {
    "Articles": (add, follow, unfollow, refresh, list_, show, remove),
    "Questions": (ask, retrieve, timeline, verify, watch),
    "Servers": (chat, serve, mcp),
    "Upkeep": (check, rebuild, backup, restore, export, import_, vacuum, evaluate, feedback),
}
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(command.__name__.strip("_").replace("_", "-"), rich_help_panel=panel)(command)

app.add_typer(access, name="access", rich_help_panel="Servers")
