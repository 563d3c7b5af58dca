"""What stays until it is stopped: chat, mcp."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.commands.opening import open_desk
from assistant.commands.options import AsOfOption, BaseUrlOption, LibraryOption, ModelOption, StrictOption
from assistant.settings import Settings


def chat(
    library: LibraryOption = None,
    host: Annotated[str | None, typer.Option(help="Where the page listens. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Its port. [default: 7860]")] = None,
    as_of: AsOfOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
) -> None:
    """Open the chat in a page on this machine."""
    import importlib

    settings = Settings()
    page = importlib.import_module("ui")  # the page stands above this floor: it is started by name, never imported
    with open_desk(library, as_of=as_of, model=model, base_url=base_url, strict=strict, asking=True) as desk:
        page.serve(desk, host=host or settings.host, port=settings.port if port is None else port)


def mcp(
    library: LibraryOption = None,
    as_of: AsOfOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
) -> None:
    """Serve the library to a program that speaks MCP (the Model Context Protocol), on standard input and output."""
    from assistant.mcp_server import serve_stdio

    with open_desk(library, as_of=as_of, model=model, base_url=base_url, strict=strict, asking=True) as desk:
        serve_stdio(desk)
