"""The page: a chat beside the sources it quotes, and the library. Everything it does goes through `Assistant`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: nothing leaves this machine

import gradio as gr
from gradio.events import api

from assistant import Answer, Article, Assistant, NewsdeskError, Turn, server
from assistant.access import Access
from assistant.api.rules import Rules
from ui_parts import render
from ui_parts.library import library_tab
from ui_parts.programs import answering
from ui_parts.visitors import Visitors

PARTS = Path(render.__file__).parent
EXAMPLES = (
    "what are Putin's ceasefire conditions",
    "How many people were hurt when the ferry ran aground?",
    "Why did the Bank of Sorrel cut its rate?",
)
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


def build(desk: Assistant) -> gr.Blocks:
    """The page over one desk."""
    page = Page(desk)
    blocks: gr.Blocks
    with gr.Blocks(title="Newsdesk", analytics_enabled=False, fill_width=True) as blocks:
        api(answering(desk), api_name="ask")
        gr.HTML(
            '<header class="masthead"><b>Newsdesk</b><span>answers out of your articles, quoted exactly</span>'
            "</header>",
            apply_default_css=False,
        )
        with gr.Tab("Ask"):
            _ask_tab(page, blocks)
        with gr.Tab("Library"):
            library_tab(desk, Visitors(), blocks)
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
