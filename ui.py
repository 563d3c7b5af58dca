"""The page: a chat beside the sources it quotes, and the library. Everything it does goes through `Assistant`."""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: nothing leaves this machine

import gradio as gr

from assistant import Answer, Article, Assistant, NewsdeskError, Progress, Turn, server
from assistant.access import Access
from assistant.api.rules import Rules
from assistant.samples import folder as samples_folder
from ui_parts import render

PARTS = Path(render.__file__).parent
ENDINGS = ".txt .md .html .htm .xhtml .pdf .docx .odt .rtf .epub .eml .zip".split()
ENDINGS += ".jsonl .ndjson .json .csv .tsv .parquet .gz".split()
EXAMPLES = (
    "what are Putin's ceasefire conditions",
    "How many people were hurt when the ferry ran aground?",
    "Why did the Bank of Sorrel cut its rate?",
)
HEADERS = ["Date", "Title", "Publisher"]
Talk = list[tuple[str, Answer]]


def theme() -> gr.themes.Base:
    """Quiet colours and the reader's own fonts: none is fetched."""
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    return gr.themes.Base(
        primary_hue=gr.themes.colors.stone, neutral_hue=gr.themes.colors.stone, font=sans, font_mono=("ui-monospace",)
    )


class Page:
    """What the page's events do, for one desk. Holds no conversation: each browser tab keeps its own."""

    def __init__(self, desk: Assistant) -> None:
        self.desk = desk
        self._cancels: dict[str, threading.Event] = {}  # of the runs on their way, by browser tab

    def texts(self, talk: Talk) -> dict[str, str]:
        """The texts of the articles a conversation shows."""
        shown = {c.article.id for _, answer in talk for c in answer.citations}
        shown |= {hit.article.id for _, answer in talk if answer.abstained for hit in answer.hits[:8]}
        found = {}
        for article_id in shown:
            try:
                found[article_id] = self.desk.article(article_id).text
            except KeyError:
                found[article_id] = ""  # removed since it was quoted: its card stays, its text is gone
        return found

    def also(self, talk: Talk) -> dict[str, list[Article]]:
        """The copies of the articles a conversation cites: where else each story stands."""
        cited = {c.article.id for _, answer in talk for c in answer.citations}
        return {article_id: copies for article_id in cited if (copies := self.desk.copies(article_id))}

    def shown(self, talk: Talk) -> str:
        """The conversation as it stands, or the welcome."""
        return (
            render.conversation(talk, self.texts(talk), also=self.also(talk))
            if talk
            else render.welcome(not self.desk.articles())
        )

    def ask(self, question: str, talk: Talk) -> Iterator[tuple[str, Talk]]:
        """The conversation with this question's answer being written, then finished."""
        question = question.strip()
        if not question:
            yield self.shown(talk), talk
            return
        texts = self.texts(talk)
        written = ""
        yield render.conversation([*talk, (question, "")], texts, busy=True), talk
        try:
            for piece in self.desk.stream(question, turns=[Turn(q, a) for q, a in talk]):
                if isinstance(piece, Answer):
                    talk = [*talk, (question, piece)]
                else:
                    written += piece
                    yield render.conversation([*talk, (question, written)], texts, busy=True), talk
        except NewsdeskError as error:
            gr.Warning(str(error))
        yield self.shown(talk), talk

    def again(self, talk: Talk) -> Iterator[tuple[str, Talk]]:
        """The last question asked once more."""
        if talk:
            yield from self.ask(talk[-1][0], talk[:-1])
        else:
            yield self.shown(talk), talk

    def examples(self) -> list[str]:
        """Questions to begin with: about the samples when they are there, else about the newest articles."""
        articles = self.desk.articles()
        if any("/truce-terms" in (article.url or "") for article in articles):
            return list(EXAMPLES)
        return [f"What is known about {article.title.rstrip('.?!')}?" for article in articles[:3] if article.title]

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


def build(desk: Assistant) -> gr.Blocks:
    """The page over one desk."""
    page = Page(desk)
    blocks: gr.Blocks
    with gr.Blocks(title="Newsdesk", analytics_enabled=False, fill_width=True) as blocks:
        gr.HTML(
            '<header class="masthead"><b>Newsdesk</b><span>answers out of your articles, quoted exactly</span>'
            "</header>",
            apply_default_css=False,
        )
        with gr.Tab("Ask"):
            _ask_tab(page, blocks)
        with gr.Tab("Library"):
            _library_tab(page, blocks)
    return blocks


def _ask_tab(page: Page, blocks: gr.Blocks) -> None:
    talk: gr.State = gr.State([])
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    with gr.Row(elem_id="desk"):
        with gr.Column(scale=6, elem_id="talk-side"):
            shown = gr.HTML(render.welcome(False), elem_id="talk", apply_default_css=False)
            with gr.Row(elem_id="examples") as examples_row:
                examples = [gr.Button("", size="sm", visible=False) for _ in EXAMPLES]
            with gr.Row():
                box = gr.Textbox(
                    show_label=False, label="Your question", placeholder="Ask about the articles…", lines=1,
                    max_lines=6, scale=8, autofocus=True, elem_id="question", max_length=4000, submit_btn=True,
                )  # fmt: skip
            with gr.Row(elem_id="tools"):
                stop = gr.Button("Stop", size="sm", elem_id="stop")
                retry = gr.Button("Ask again", size="sm", elem_id="retry")
                clear = gr.Button("New conversation", size="sm", elem_id="clear")
        with gr.Column(scale=5, elem_id="reader"):
            gr.HTML(
                '<div class="reader-frame"><div class="reader-bar"><span>Source</span>'
                '<button type="button" class="close">Close</button></div>'
                f'<div class="reader-body" aria-live="off">{render.empty_reader()}</div></div>',
                apply_default_css=False,
            )

    def start() -> list[Any]:
        wanted = page.examples()
        buttons = [
            gr.Button(value=wanted[n] if n < len(wanted) else "", visible=n < len(wanted)) for n in range(len(EXAMPLES))
        ]
        return [page.shown([]), [], gr.Row(visible=True), *buttons]

    begin = {"fn": start, "outputs": [shown, talk, examples_row, *examples], **private}
    blocks.load(**begin)

    def taken(question: str) -> tuple[str, str, Any]:
        return question, "", gr.Row(visible=False)

    asked = gr.State("")
    runs = []
    for trigger, source in ((box.submit, box), *((button.click, button) for button in examples)):
        first = trigger(taken, source, [asked, box, examples_row], queue=False, **private)
        runs.append(first.then(page.ask, [asked, talk], [shown, talk], **private))
    runs.append(retry.click(page.again, talk, [shown, talk], **private))
    stop.click(page.shown, talk, shown, cancels=runs, **private)
    clear.click(start, None, [shown, talk, examples_row, *examples], cancels=runs, **private)


def _library_tab(page: Page, blocks: gr.Blocks) -> None:
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
    words.change(page.rows, words, listing, show_progress="hidden", **private)
    blocks.load(page.rows, words, listing, show_progress="hidden", **private)

    def add_files(
        paths: list[str] | None, named: str, request: gr.Request, progress: gr.Progress = gr.Progress()
    ) -> str:
        return page.add(paths, named, progress, request.session_hash or "")

    def add_samples(request: gr.Request, progress: gr.Progress = gr.Progress()) -> str:
        return page.add_samples(progress, request.session_hash or "")

    def stop(request: gr.Request) -> None:
        page.cancel(request.session_hash or "")

    def choose(article_ids: list[str], event: gr.SelectData) -> tuple[str, str]:
        article_id = article_ids[event.index[0]]
        return article_id, page.preview(article_id)

    cancel.click(stop, None, None, queue=False, show_progress="hidden", **private)
    table.select(choose, ids, [chosen, opened], show_progress="hidden", **private)
    for done in (
        add.click(add_files, [files, addresses], said, **private),
        samples.click(add_samples, None, said, **private),
        remove.click(page.remove, chosen, said, **private),
    ):
        done.then(page.rows, words, listing, show_progress="hidden", **private)


def _head() -> str:
    """Style and script, put into the page itself; given as css, gradio would scope the rules below its container."""
    style = (PARTS / "page.css").read_text(encoding="utf-8")
    script = (PARTS / "page.js").read_text(encoding="utf-8")
    return f"<style>{style}</style><script>{script}</script>"


def serve(
    desk: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    block: bool = True,
    access: Access | None = None,
    rules: Rules = Rules(),
    open_to_all: bool = False,
    root_path: str = "",
    begun: Callable[[str], None] = lambda _: None,
) -> str:
    """Open the page with the API beside it and, unless `block` is False, stay until Ctrl-C. Its address.

    The options are those of `assistant.server.serve`; port 0 takes a free one.
    """

    def mount(app: Any) -> None:
        sign_in = (lambda name, password: access.sign_in(name, password) is not None) if access else None
        gr.mount_gradio_app(
            app,
            build(desk).queue(default_concurrency_limit=4),
            path="/",
            root_path=root_path or None,
            auth=sign_in,
            theme=theme(),
            head=_head(),
            footer_links=[],
            run_history=False,
            show_error=True,
            max_file_size="200mb",
            ssr_mode=False,
            mcp_server=False,
        )

    running = server.serve(
        desk, host, port, mount=mount, access=access, rules=rules, open_to_all=open_to_all, root_path=root_path,
        begun=begun, block=block,
    )  # fmt: skip
    return running.address


def main() -> None:
    """`python ui.py --library DIR`."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--library", default="library")
    cli.add_argument("--host", default="127.0.0.1")
    cli.add_argument("--port", type=int, default=7860)
    arg = cli.parse_args()
    with Assistant.open(arg.library) as desk:
        serve(desk, arg.host, arg.port, begun=lambda address: print(f"Newsdesk on {address}  (Ctrl-C ends it)"))  # noqa: T201


if __name__ == "__main__":
    main()
