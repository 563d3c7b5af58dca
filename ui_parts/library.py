"""The Library tab: its table, adding, removing and reading. Everything it does goes through `Assistant`."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import gradio as gr

from assistant import Assistant, NewsdeskError, Progress
from assistant.access import Scope
from assistant.samples import folder as samples_folder
from ui_parts import render
from ui_parts.visitors import Visitors

ENDINGS = ".txt .md .html .htm .xhtml .pdf .docx .odt .rtf .epub .eml .zip".split()
ENDINGS += ".jsonl .ndjson .json .csv .tsv .parquet .gz".split()
HEADERS = ["Date", "Title", "Publisher"]


class Shelf:
    """What the tab's events do, for one desk. Holds nothing of a person but the runs on their way."""

    def __init__(self, desk: Assistant) -> None:
        self.desk = desk
        self._cancels: dict[str, threading.Event] = {}  # of the runs on their way, by browser tab

    def rows(self, words: str | None = "") -> tuple[list[list[str]], list[str]]:
        """The library's table and the id of each row; words: what the title or publisher must hold."""
        wanted = (words or "").casefold().split()
        articles = [
            a
            for a in self.desk.articles()
            if all(word in f"{a.title} {a.publisher or ''}".casefold() for word in wanted)
        ]
        table = [[a.day.isoformat() if a.day else "", a.title or "Untitled", a.publisher or ""] for a in articles]
        return table, [a.id for a in articles]

    def add(self, files: list[str] | None, addresses: str | None, progress: gr.Progress, tab: str = "") -> str:
        """Add dropped files and addresses, one a line; what was done, in words."""
        named = [line.strip() for line in (addresses or "").splitlines() if line.strip()]
        if wrong := [line for line in named if not line.startswith(("http://", "https://"))]:
            return f"{wrong[0]}: only addresses that begin with http:// or https:// are read."
        if not files and not named:
            return "Choose one or more files first, or give an address."
        return self._add([*(files or ()), *named], progress, tab)

    def add_samples(self, progress: gr.Progress, tab: str = "") -> str:
        """Add the sample articles; what was done, in words."""
        return self._add([str(samples_folder())], progress, tab)

    def cancel(self, tab: str) -> None:
        """Stop what this tab is adding; what was stored until now stays."""
        if tab in self._cancels:
            self._cancels[tab].set()

    def _add(self, sources: list[str], progress: gr.Progress, tab: str) -> str:
        cancel = self._cancels[tab] = threading.Event()
        try:
            return self._added(sources, progress, cancel)
        finally:
            self._cancels.pop(tab, None)

    def _added(self, sources: list[str], progress: gr.Progress, cancel: threading.Event) -> str:
        def tell(at: Progress) -> None:
            words = "reading" if at.stage == "words" else "embedding"
            progress((at.done, at.total), desc=f"{words}: {at.done} articles", unit="articles")

        lines = []
        for source in sources:
            name = source if "://" in source else Path(source).name
            name = "sample articles" if source == str(samples_folder()) else name
            if cancel.is_set():
                lines.append(f"{name}: not begun")
                continue
            try:
                report = self.desk.add(source, progress=tell, cancel=cancel)
            except NewsdeskError as error:
                lines.append(f"{name}: {error}")
                continue
            lines.append(f"{name}: {report}")
            lines += [
                f"    {where if '://' in where else Path(where).name}: {reason}" for where, reason in report.failed[:50]
            ]
        return "\n".join(lines)

    def remove(self, article_id: str) -> str:
        """Remove one article; what was done, in words."""
        if not article_id:
            return "Choose a row of the table first."
        try:
            title = self.desk.article(article_id).title
            self.desk.remove([article_id])
        except NewsdeskError as error:
            return str(error)
        return f"Removed “{title}”."

    def preview(self, article_id: str) -> str:
        """One article as HTML."""
        try:
            found = self.desk.article(article_id)
        except NewsdeskError as error:
            return render.note(str(error))
        return render.article(found, found.text, also=self.desk.copies(article_id))


def library_tab(desk: Assistant, visitors: Visitors, blocks: gr.Blocks) -> None:
    """Put the tab's parts where this is called, with their events."""
    shelf = Shelf(desk)
    private: dict[str, Any] = {"api_visibility": "private"}
    ids = gr.State([])
    chosen = gr.State("")
    with gr.Row(elem_id="library"):
        with gr.Column(scale=6):
            words = gr.Textbox(label="Find in titles and publishers", elem_id="find")
            table = gr.Dataframe(
                headers=HEADERS, datatype="str", interactive=False, wrap=True, elem_id="articles", max_height=520,
                column_widths=["18%", "57%", "25%"],
            )  # fmt: skip
        with gr.Column(scale=5):
            files = gr.File(label="Add files", file_count="multiple", file_types=ENDINGS, elem_id="files")
            addresses = gr.Textbox(
                label="Add addresses of pages, feeds or sitemaps, one a line", lines=1, max_lines=4, elem_id="addresses"
            )
            with gr.Row():
                add = gr.Button("Add these files", variant="primary", elem_id="add")
                cancel = gr.Button("Stop adding", elem_id="cancel")
                samples = gr.Button("Load the sample articles", elem_id="samples")
                remove = gr.Button("Remove the chosen article", elem_id="remove")
            said = gr.Textbox(label="What was done", lines=3, interactive=False, elem_id="said")
            opened = gr.HTML("", elem_id="opened", elem_classes="opened", apply_default_css=False)

    listing = [table, ids]
    words.change(shelf.rows, words, listing, show_progress="hidden", **private)
    blocks.load(shelf.rows, words, listing, show_progress="hidden", **private)

    def add_files(
        paths: list[str] | None, named: str, request: gr.Request, progress: gr.Progress = gr.Progress()
    ) -> str:
        visitors.of(request).must(Scope.WRITE)
        return shelf.add(paths, named, progress, request.session_hash or "")

    def add_samples(request: gr.Request, progress: gr.Progress = gr.Progress()) -> str:
        visitors.of(request).must(Scope.WRITE)
        return shelf.add_samples(progress, request.session_hash or "")

    def remove_one(article_id: str, request: gr.Request) -> str:
        visitors.of(request).must(Scope.WRITE)
        return shelf.remove(article_id)

    def stop(request: gr.Request) -> None:
        shelf.cancel(request.session_hash or "")

    def choose(article_ids: list[str], event: gr.SelectData) -> tuple[str, str]:
        article_id = article_ids[event.index[0]]
        return article_id, shelf.preview(article_id)

    cancel.click(stop, None, None, queue=False, show_progress="hidden", **private)
    table.select(choose, ids, [chosen, opened], show_progress="hidden", **private)
    for done in (
        add.click(add_files, [files, addresses], said, **private),
        samples.click(add_samples, None, said, **private),
        remove.click(remove_one, chosen, said, **private),
    ):
        done.then(shelf.rows, words, listing, show_progress="hidden", **private)
