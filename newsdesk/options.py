"""The options that several commands take, each once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

LibraryOption = Annotated[
    Path | None, typer.Option("--library", "-l", help="The folder that holds the library. [default: library]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
SinceOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles from this day on.")]
UntilOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles up to this day.")]
PublisherOption = Annotated[list[str] | None, typer.Option(help="Only this publisher; may be given several times.")]
ArticleOption = Annotated[list[str] | None, typer.Option("--article", help="Only this article id; may be repeated.")]
AsOfOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help='The day that "today" means; nothing later is found.')
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help='A language model to write the answer: "ollama:qwen3", "openai:gpt-5-mini".'),
]
BaseUrlOption = Annotated[
    str | None, typer.Option("--base-url", help="Where the model is served, if not at its provider's own address.")
]
StrictOption = Annotated[
    bool | None, typer.Option("--strict", help="Leave out what the model says and the articles do not bear out.")
]
VerifierOption = Annotated[
    str | None,
    typer.Option("--verifier", help='A sequence classifier that checks sentences, by name or folder; or "model".'),
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option("--allow-host", help="A private host that may be fetched from, as in its address; may be repeated."),
]
RobotsOption = Annotated[
    bool, typer.Option("--ignore-robots", help="Fetch what a site's robots.txt asks programs to leave alone.")
]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Files and pages read at a time.")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="Write what became of each article to this file, as JSON.")
]
ChromaOption = Annotated[
    str | None,
    typer.Option("--chroma", help="A Chroma server that keeps the vectors, http://HOST:PORT. [default: the folder]"),
]
ReadOnlyOption = Annotated[
    bool | None, typer.Option("--read-only", help="Only read, beside one process that writes; needs --chroma.")
]
