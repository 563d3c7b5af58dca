"""What stays until it is stopped: chat, serve, mcp."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.settings import read_settings
from newsdesk.opening import open_desk
from newsdesk.options import (
    AsOfOption,
    BaseUrlOption,
    ChromaOption,
    LibraryOption,
    ModelOption,
    ReadOnlyOption,
    StrictOption,
    VerifierOption,
)

HostOption = Annotated[str | None, typer.Option(help="Where it listens. [default: 127.0.0.1]")]
PortOption = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Its port, 0 for any that is free. [default: 7860]")
]

AccessOption = Annotated[
    Path | None,
    typer.Option("--access", "--auth", help="The file of people and keys; `newsdesk access` makes it."),
]
HostNameOption = Annotated[
    list[str] | None,
    typer.Option("--host-name", help="A name that it is called by, such as a proxy's; may be given again."),
]
TrustedProxyOption = Annotated[
    list[str] | None,
    typer.Option("--trusted-proxy", help="Address or network of a proxy whose X-Forwarded-For is believed."),
]


def chat(
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    read_only: ReadOnlyOption = None,
    host: HostOption = None,
    port: PortOption = None,
    as_of: AsOfOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
    verifier: VerifierOption = None,
    access: AccessOption = None,
) -> None:
    """Open the chat in a page on this machine; with --auth, for those who sign in."""
    with open_desk(
        library,
        chroma=chroma,
        read_only=read_only,
        as_of=as_of,
        model=model,
        base_url=base_url,
        strict=strict,
        verifier=verifier,
        asking=True,
        alone=True,
        makes=True,
    ) as desk:
        _page().serve(desk, begun=_tell, **_options(host, port, access))


def serve(
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    read_only: ReadOnlyOption = None,
    host: HostOption = None,
    port: PortOption = None,
    as_of: AsOfOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
    verifier: VerifierOption = None,
    page: Annotated[bool, typer.Option("--page/--no-page", help="Serve the page beside the HTTP API.")] = True,
    access: AccessOption = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Let everyone who reaches HOST do everything, without keys.")
    ] = False,
    root_path: Annotated[
        str | None, typer.Option("--root-path", help="The prefix that a proxy in front serves it under: /news.")
    ] = None,
    host_name: HostNameOption = None,
    trusted_proxy: TrustedProxyOption = None,
    rate: Annotated[
        str | None, typer.Option("--rate", help="Requests of one person, key or address. [default: 240/minute]")
    ] = None,
    log_questions: Annotated[
        bool, typer.Option("--log-questions", help="Write what is asked into the log; by default it is not.")
    ] = False,
) -> None:
    """Serve the library: HTTP API, OpenAI-compatible endpoint, MCP and the page.

    The log goes to standard error, a JSON line for each request.
    """
    from assistant.server.api.middleware import log_to_standard_error

    log_to_standard_error(log_questions)
    options = _options(host, port, access, open_, root_path, rate, log_questions, host_name, trusted_proxy)
    with open_desk(
        library,
        chroma=chroma,
        read_only=read_only,
        as_of=as_of,
        model=model,
        base_url=base_url,
        strict=strict,
        verifier=verifier,
        asking=True,
        alone=True,
        fills=True,
    ) as desk:
        server = _page() if page else importlib.import_module("assistant.server.app")
        server.serve(desk, begun=_tell, **options)


def _page() -> Any:
    return importlib.import_module("ui")  # the page stands above this floor: it is started by name, never imported


def _tell(address: str) -> None:
    typer.echo(f"Newsdesk on {address}  (Ctrl-C ends it)")


def _options(
    host: str | None,
    port: int | None,
    access: Path | None = None,
    open_to_all: bool = False,
    root_path: str | None = None,
    rate: str | None = None,
    log_questions: bool = False,
    host_names: list[str] | None = None,
    proxies: list[str] | None = None,
) -> dict[str, Any]:
    """What `assistant.server.app.serve` takes, by options and settings."""
    from assistant.server.access import Access
    from assistant.server.api.limits import Rules

    settings = read_settings()
    file = access or settings.access
    return {
        "host": host or settings.host,
        "port": settings.port if port is None else port,
        "access": Access.open(file) if file else None,
        "open_to_all": open_to_all,
        "root_path": settings.root_path if root_path is None else root_path,
        "rules": Rules(
            rate=rate or settings.rate,
            log_questions=log_questions,
            names=tuple(host_names or _named(settings.host_names)),
            proxies=tuple(proxies or _named(settings.trusted_proxies)),
        ),
    }


def _named(setting: str) -> list[str]:
    return [name.strip() for name in setting.split(",") if name.strip()]


def mcp(
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    read_only: ReadOnlyOption = None,
    as_of: AsOfOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
    verifier: VerifierOption = None,
) -> None:
    """Serve the library to a program that speaks MCP (the Model Context Protocol), on standard input and output."""
    from assistant.server.mcp import serve_stdio

    with open_desk(
        library,
        chroma=chroma,
        read_only=read_only,
        as_of=as_of,
        model=model,
        base_url=base_url,
        strict=strict,
        verifier=verifier,
        asking=True,
        fills=True,
    ) as desk:
        serve_stdio(desk)
