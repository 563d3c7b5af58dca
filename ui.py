"""The page: a chat beside the sources it quotes, a timeline, and the library. Everything it does goes through
`Assistant`; what it shows is made in `ui_parts`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: nothing leaves this machine

import gradio as gr
from gradio.events import api

from assistant import Assistant, NewsdeskError
from assistant.server import app as server
from assistant.server.access import Access
from assistant.server.api.limits import Rules
from ui_parts import texts, timeline_view
from ui_parts.chat import Asked, Chat, PageUpdate, TabState
from ui_parts.front import open_front
from ui_parts.library import library_tab
from ui_parts.programs import answering
from ui_parts.rate import LimitEvents
from ui_parts.uploads import RecordUploads, Uploads, own_folder
from ui_parts.visitors import Visitors

# The page's script raises an event of this one component for whatever is done on the page: the name of the event, and
# what belongs to it. So that its buttons can stand anywhere in the HTML that `ui_parts` makes.
BRIDGE = "window.addEventListener('newsdesk', (event) => trigger(event.detail.name, event.detail.data));"
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
DRAFT = 100_000  # characters of a draft: those that the check takes
QUICK: dict[str, Any] = {**PRIVATE, "queue": False}  # answered at once, beside the questions on their way


def theme() -> gr.themes.Base:
    """Gradio's theme: stone colours and system fonts, none of which is fetched. page.css does the rest."""
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    return gr.themes.Base(
        primary_hue=gr.themes.colors.stone, neutral_hue=gr.themes.colors.stone, font=sans, font_mono=("ui-monospace",)
    )


def build(desk: Assistant, visitors: Visitors, uploads: Uploads) -> gr.Blocks:
    """The page over one desk."""
    blocks: gr.Blocks
    with gr.Blocks(title="Newsdesk", analytics_enabled=False, fill_width=True) as blocks:
        api(answering(desk), api_name="ask")
        bridge = gr.HTML("", elem_id="bridge", js_on_load=BRIDGE, apply_default_css=False)
        place: gr.State = gr.State(TabState())
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="work"), gr.Tabs(elem_id="views"):
                with gr.Tab(_SAY("tab_ask"), id="ask"):
                    view = _ask_tab()
                with gr.Tab(_SAY("tab_timeline"), id="timeline"):
                    _timeline_tab(Chat(desk), visitors, bridge, place)
                with gr.Tab(_SAY("tab_library"), id="library"):
                    library_tab(desk, visitors, uploads, blocks)
                with gr.Tab(_SAY("tab_draft"), id="draft"):
                    _draft_tab(Chat(desk), visitors, place)
            with gr.Column(elem_id="reader"):
                source = gr.HTML("", elem_id="source", apply_default_css=False)
        _Events(Chat(desk), visitors).connect(blocks, bridge, {**view, "place": place, "source": source})
    return blocks


_SAY = gr.I18n(**texts.table())


def _ask_tab() -> dict[str, Any]:
    """The parts of the Ask tab, by name."""
    with gr.Row(elem_id="ask-view"):
        panel = gr.HTML("", elem_id="panel", apply_default_css=False)
        with gr.Column(elem_id="talk-side"):
            with gr.Column(elem_id="talk"):
                shown = gr.HTML("", elem_id="shown", apply_default_css=False)
                writing = gr.HTML("", elem_id="writing", apply_default_css=False)
                following = gr.HTML("", elem_id="next", apply_default_css=False)
            with gr.Column(elem_id="composer"):
                filters = gr.HTML("", elem_id="filters", apply_default_css=False)
                box = gr.Textbox(
                    show_label=False, label=_SAY("question"), placeholder=_SAY("ask_placeholder"), lines=1, max_lines=6,
                    autofocus=True, elem_id="question", max_length=4000, submit_btn=True, container=False,
                )  # fmt: skip
                stop = gr.Button(_SAY("stop"), size="sm", elem_id="stop")
    return {
        "panel": panel, "shown": shown, "writing": writing, "next": following, "filters": filters, "box": box,
        "stop": stop,
    }  # fmt: skip


def _timeline_tab(chat: Chat, visitors: Visitors, bridge: gr.HTML, place: gr.State) -> None:
    with gr.Column(elem_id="timeline-view"):
        box = gr.Textbox(
            show_label=False, label=_SAY("question"), placeholder=_SAY("timeline_placeholder"), lines=1, max_lines=3,
            elem_id="timeline-question", max_length=4000, submit_btn=True, container=False,
        )  # fmt: skip
        shown = gr.HTML(timeline_view.hint(texts.speaking("")), elem_id="timeline", apply_default_css=False)
        standing = gr.HTML("", elem_id="standing", apply_default_css=False)

    def show(question: str, where: TabState, request: gr.Request) -> str:
        visitor = visitors.of(request)
        return chat.timeline(question, where, visitor) if (question or "").strip() else timeline_view.hint(visitor.say)

    def wanted(event: gr.EventData) -> str:
        return str(event._data.get("question", ""))

    def watch(request: gr.Request, event: gr.EventData) -> Iterator[str]:
        yield from chat.watch(event._data, visitors.of(request))

    bridge.retry(watch, None, standing, **PRIVATE)
    box.submit(show, [box, place], shown, **PRIVATE)
    bridge.expand(wanted, None, box, **QUICK).then(show, [box, place], shown, **PRIVATE)


def _draft_tab(chat: Chat, visitors: Visitors, place: gr.State) -> None:
    with gr.Column(elem_id="draft-view"):
        box = gr.Textbox(
            show_label=False, label=_SAY("draft"), placeholder=_SAY("draft_how"), lines=8, max_lines=14,
            elem_id="draft-text", max_length=DRAFT, container=False,
        )  # fmt: skip
        check = gr.Button(_SAY("draft_check"), elem_id="draft-check")
        shown = gr.HTML("", elem_id="draft", apply_default_css=False)

    def show(text: str, where: TabState, request: gr.Request) -> Iterator[str]:
        yield from chat.draft(text or "", where, visitors.of(request))

    check.click(show, [box, place], shown, **PRIVATE)


class _Events:
    """Ties what happens on the page to the chat: each event runs one method of it, as the visitor of its request."""

    def __init__(self, chat: Chat, visitors: Visitors) -> None:
        self._chat = chat
        self._visitors = visitors

    def connect(self, blocks: gr.Blocks, bridge: gr.HTML, parts: dict[str, Any]) -> None:
        """Tie them. bridge: raises what the page's script reports."""
        view = [parts[name] for name in ("shown", "writing", "next", "panel", "filters", "place")]
        place, box, asked = parts["place"], parts["box"], gr.State(Asked())
        search = gr.Textbox("", visible=False)
        begun = [blocks.load(self.start, search, view, js="() => [window.location.search]", **QUICK)]
        runs = []
        for first in (
            box.submit(lambda question: (Asked(question), ""), box, [asked, box], **QUICK),
            bridge.submit(self.wanted, None, asked, **QUICK),
        ):
            runs.append(first.then(self.ask, [asked, place], view, **PRIVATE))
        begun += [*runs, bridge.upload(self.samples, place, view, **PRIVATE)]
        parts["stop"].click(self.stopped, [place, asked, box], [*view, box], cancels=runs, **QUICK)
        begun.append(bridge.select(self.open, place, view, cancels=runs, **QUICK))
        for done in begun:
            done.then(self.next, place, parts["next"], **PRIVATE)
        bridge.edit(self.tidy, place, view, **QUICK)
        bridge.apply(self.filter, place, view, **QUICK)
        bridge.like(self.rate, place, view, **QUICK)
        bridge.copy(self.keep, place, view, **PRIVATE)
        bridge.click(self.read, None, parts["source"], **QUICK)

    def start(self, search: str, request: gr.Request) -> list[Any]:
        return _told(self._chat.start(search, self._visitors.of(request)))

    def next(self, place: TabState, request: gr.Request) -> str:
        return self._chat.next(place, self._visitors.of(request))

    def wanted(self, event: gr.EventData) -> Asked:
        """{"question"}, {"exchange"} to ask again, or both to ask an edited question in its place."""
        wish = event._data
        question, exchange = str(wish.get("question", "")), str(wish.get("exchange", ""))
        return Asked(question or self._chat.question_of(exchange), exchange, edit=bool(question and exchange))

    def ask(self, asked: Asked, place: TabState, request: gr.Request) -> Iterator[list[Any]]:
        for view in self._chat.ask(asked, place, self._visitors.of(request)):
            yield _told(view)

    def stopped(self, place: TabState, asked: Asked, typed: str, request: gr.Request) -> list[Any]:
        """What was asked goes back into the box, to be changed, unless something else was typed meanwhile."""
        return [*_told(self._chat.stopped(place, self._visitors.of(request))), typed or asked.question]

    def open(self, place: TabState, event: gr.EventData, request: gr.Request) -> list[Any]:
        visitor, wish = self._visitors.of(request), event._data
        view = self._chat.open(str(wish["id"]), visitor) if wish.get("id") else self._chat.new(place, visitor)
        return _told(view)

    def tidy(self, place: TabState, event: gr.EventData, request: gr.Request) -> list[Any]:
        return self._done(self._chat.tidy, event, place, request)

    def filter(self, place: TabState, event: gr.EventData, request: gr.Request) -> list[Any]:
        return self._done(self._chat.filter, event, place, request)

    def rate(self, place: TabState, event: gr.EventData, request: gr.Request) -> list[Any]:
        return self._done(self._chat.rate, event, place, request)

    def keep(self, place: TabState, event: gr.EventData, request: gr.Request) -> list[Any]:
        return self._done(
            lambda wish, *where: self._chat.keep(str(wish.get("exchange")), *where), event, place, request
        )

    def _done(
        self, do: Callable[..., PageUpdate], event: gr.EventData, place: TabState, request: gr.Request
    ) -> list[Any]:
        try:
            return _told(do(event._data, place, self._visitors.of(request)))
        except NewsdeskError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def read(self, event: gr.EventData, request: gr.Request) -> str:
        return self._chat.read(event._data, self._visitors.of(request))

    def samples(self, place: TabState, request: gr.Request) -> Iterator[list[Any]]:
        try:
            for view in self._chat.samples(place, self._visitors.of(request)):
                yield _told(view)
        except NewsdeskError as error:
            raise gr.Error(str(error), print_exception=False) from error


def _told(view: PageUpdate) -> list[Any]:
    """A view as the outputs of an event: what did not change is left alone."""
    parts = (view.shown, view.writing, view.next, view.panel, view.filters, view.place)
    return [gr.skip() if part is None else part for part in parts]


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

    The options are those of `assistant.server.app.serve`; port 0 takes a free one.
    """
    os.environ["GRADIO_TEMP_DIR"] = own_folder()
    visitors, uploads = Visitors(access), Uploads()

    def who(request: Any) -> str | None:
        person = visitors.person(request.cookies)
        return None if person is None else person.name or "anyone"

    def mount(app: Any) -> None:
        app.add_middleware(RecordUploads, visitors=visitors, uploads=uploads)
        app.add_middleware(LimitEvents, visitors=visitors, guard=app.state.door.guard)
        open_front(app, desk, visitors)
        blocks = build(desk, visitors, uploads).queue(default_concurrency_limit=4)
        blocks.has_launched = True  # so that Gradio checks paths itself, as it does for an app that it starts
        gr.mount_gradio_app(
            app,
            blocks,
            path="/",
            root_path=root_path or None,
            auth_dependency=who if access else None,
            theme=theme(),
            i18n=_SAY,
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
