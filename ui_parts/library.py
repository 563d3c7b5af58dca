"""The Library tab: its list, adding, removing and reading. Everything it does goes through `Assistant`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from assistant import Assistant, Filter, NewsdeskError, Preview, Upload
from assistant.samples import folder as samples_folder
from assistant.server.access import Scope
from assistant.server.jobs import ENDED, Job, JobReport, Jobs
from ui_parts import shelf_view
from ui_parts.shelf_view import PAGE, ListView, Sent, day_of
from ui_parts.texts import Texts, speaking
from ui_parts.uploads import Uploads
from ui_parts.visitors import NotAllowed, PageVisitor, Visitors

ENDINGS = ".txt .md .html .htm .xhtml .pdf .docx .odt .rtf .epub .eml .zip".split()
ENDINGS += ".mbox .mhtml .mht .xml .rss .atom .ris .opml".split()
ENDINGS += ".jsonl .ndjson .json .csv .tsv .xlsx .xls .ods .parquet .gz".split()
PARTS = Path(__file__).parent
PREVIEWED = 5  # articles of a source that are shown before it goes in
JOBS_SHOWN = 40
TICK = 0.6  # seconds between two looks at what is going in


@dataclass(frozen=True, slots=True)
class Pending:
    """A source that somebody looks at before it goes in."""

    name: str
    source: Any
    found: Sequence[Preview]


class Shelf:
    """What the tab's events do, for one desk. What people look at is theirs; the jobs are told apart by their owner."""

    def __init__(self, desk: Assistant) -> None:
        self.desk = desk
        self.jobs = Jobs()

    # the list

    def shown(self, view: ListView, visitor: PageVisitor) -> str:
        """The list as HTML: one page of rows, however many articles there are."""
        page = self.desk.listing(
            view.words, view.where, sort=view.sort, descending=view.descending, offset=view.offset, limit=PAGE
        )
        limited = bool(view.words or view.where)
        total = self.desk.listing(limit=1).total if limited else page.total
        bars = self.desk.histogram(view.words, replace(view.where, since=None, until=None))
        return shelf_view.shelf(page, bars, view, total, visitor.say, visitor.may(Scope.WRITE))

    @staticmethod
    def moved(view: ListView, sent: Sent) -> ListView:
        """The view after a click on the list: another page, order, search or filter; back at its beginning but for a
        page."""
        view = replace(view, said="", removed=())
        match sent.get("do"):
            case "page":
                return replace(view, offset=max(0, int(sent.get("offset", 0))))
            case "sort" if sent.get("column") in shelf_view.COLUMNS:
                column = str(sent["column"])
                turned = not view.descending if column == view.sort else column == "date"
                return replace(view, sort=column, descending=turned, offset=0)
            case "find":
                return replace(view, words=str(sent.get("words", ""))[:500], offset=0)
            case "days" if (start := day_of(sent.get("start"))) and (end := day_of(sent.get("end"))) and start <= end:
                return replace(view, where=replace(view.where, since=start, until=end), offset=0)
            case "all-days":
                return replace(view, where=replace(view.where, since=None, until=None), offset=0)
            case "publisher":
                return replace(view, where=replace(view.where, publishers=(str(sent.get("publisher", "")),)), offset=0)
            case "all-publishers":
                return replace(view, where=replace(view.where, publishers=()), offset=0)
            case "all":
                return replace(view, words="", where=Filter(), offset=0)
        return view

    def opened(self, sent: Sent, visitor: PageVisitor) -> str:
        """One article as HTML, with its copies and its history."""
        article_id = str(sent.get("id", ""))
        try:
            article = self.desk.article(article_id)
            copies, changes = self.desk.copies(article_id), self.desk.history(article_id)
        except NewsdeskError as error:
            return shelf_view.problem(str(error), visitor.say)
        return shelf_view.reader(article, copies, changes, visitor.say, visitor.may(Scope.WRITE))

    def removed(self, view: ListView, sent: Sent, visitor: PageVisitor) -> ListView:
        """The view after an article was removed, with the offer to put it back."""
        visitor.must(Scope.WRITE)
        article_id = str(sent.get("id", ""))
        try:
            title = self.desk.article(article_id).title or visitor.say("lib_untitled")
            self.desk.remove([article_id])
        except NewsdeskError as error:
            return replace(view, said=str(error), removed=())
        return replace(view, said=visitor.say("lib_removed", title=title), removed=((article_id, title),))

    def restored(self, view: ListView, visitor: PageVisitor) -> ListView:
        """The view after what was removed last was put back."""
        visitor.must(Scope.WRITE)
        try:
            self.desk.restore([article_id for article_id, _ in view.removed])
        except NewsdeskError as error:
            return replace(view, said=str(error), removed=())
        title = ", ".join(title for _, title in view.removed)
        return replace(view, said=visitor.say("lib_undone", title=title), removed=())

    # what goes in

    def looked_at(self, sources: Sequence[tuple[str, Any]], visitor: PageVisitor) -> list[Pending]:
        """Sources with what adding them would do."""
        visitor.must(Scope.WRITE)
        return [Pending(name, source, self.desk.preview(source, most=PREVIEWED)) for name, source in sources]

    def add(
        self,
        pending: Sequence[Pending],
        visitor: PageVisitor,
        done: Callable[[Pending, PageVisitor], None] = lambda *_: None,
    ) -> None:
        """Begin to add sources, each as a job of its own: whoever asks meanwhile does not wait for it. done: told of
        each whose job has ended, however it did."""
        visitor.must(Scope.WRITE)
        for one in pending:
            keep = ExitStack()
            keep.callback(done, one, visitor)
            self.jobs.start("add", visitor.owner, (one.name,), self._work(one), keep=keep)

    def _work(self, one: Pending) -> Callable[[JobReport], None]:
        def work(told: JobReport) -> None:
            told.report(one.name, self.desk.add(one.source, progress=told.progress, cancel=told.cancel))

        return work

    def cancel(self, sent: Sent, visitor: PageVisitor) -> None:
        """Stop one of the visitor's jobs; what was stored stays."""
        visitor.must(Scope.WRITE)
        for job in self.of(visitor):
            if job.id == sent.get("job"):
                self.jobs.cancel(job.id)

    def of(self, visitor: PageVisitor) -> list[Job]:
        """The visitor's own jobs, the oldest first."""
        return [job for job in self.jobs.list(200)[0] if job.owner == visitor.owner][:JOBS_SHOWN][::-1]

    def queue(self, hidden: frozenset[str], visitor: PageVisitor) -> tuple[str, bool, frozenset[str]]:
        """(what is going in, as HTML; whether any still is; the ids of those that have ended)."""
        jobs = [job for job in self.of(visitor) if job.id not in hidden]
        ended = frozenset(job.id for job in jobs if job.state in ENDED)
        return shelf_view.queue([(job.sources[0], job) for job in jobs], visitor.say), len(ended) < len(jobs), ended


def library_tab(desk: Assistant, visitors: Visitors, uploads: Uploads, blocks: gr.Blocks) -> None:
    """Put the tab's parts where this is called, with their events."""
    plain: dict[str, Any] = {"apply_default_css": False}
    style, script = ((PARTS / f"library.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    with gr.Column(elem_id="library"):
        bridge = gr.HTML("", elem_id="library-bridge", js_on_load=script, **plain)
        gr.HTML(f"<style>{style}</style>", elem_id="library-style", **plain)
        with gr.Column(elem_id="shelf"):
            find = gr.HTML(shelf_view.find(speaking("")), elem_id="library-find", **plain)
            listed = gr.HTML("", elem_id="articles", **plain)
        with gr.Column(elem_id="intake"):
            adding = gr.HTML("", elem_id="library-adding", **plain)
            files = gr.File(
                show_label=False, label="Files", file_count="multiple", file_types=ENDINGS, elem_id="files", height=140
            )
            previews = gr.HTML("", elem_id="library-preview", **plain)
            queued = gr.HTML("", elem_id="library-queue", **plain)
        opened = gr.HTML("", elem_id="opened", **plain)
    timer = gr.Timer(TICK, active=False)
    parts = {
        "find": find, "listed": listed, "adding": adding, "files": files, "previews": previews, "queued": queued,
        "opened": opened, "timer": timer,
    }  # fmt: skip
    _Events(Shelf(desk), visitors, uploads, parts).connect(blocks, bridge)


class _Events:
    """Ties what happens in the tab to the shelf, as the visitor of each request."""

    def __init__(self, shelf: Shelf, visitors: Visitors, uploads: Uploads, parts: dict[str, Any]) -> None:
        self._shelf = shelf
        self._visitors = visitors
        self._uploads = uploads
        self._parts = parts
        self._view: gr.State = gr.State(ListView())
        self._pending: gr.State = gr.State([])
        self._hidden: gr.State = gr.State(frozenset())
        self._seen: gr.State = gr.State(frozenset())

    def connect(self, blocks: gr.Blocks, bridge: gr.HTML) -> None:
        """Tie them. bridge: raises what library.js reports."""
        p, view, pending = self._parts, self._view, self._pending
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        quick: dict[str, Any] = {**private, "queue": False}  # answered at once, beside the questions on their way
        listed, looked = [p["listed"], view], [p["previews"], pending]
        going = [p["queued"], p["timer"], self._seen]
        blocks.load(
            self.start, [view, self._hidden], [p["find"], p["adding"], p["files"], p["listed"], *going], **quick
        )
        bridge.click(self.move, view, listed, **quick)
        bridge.select(self.open, None, p["opened"], **quick)
        bridge.delete(self.remove, view, listed, **private)
        bridge.undo(self.restore, view, listed, **private)
        bridge.input(self.look, pending, looked, **private)
        p["files"].upload(self.look_at_files, [p["files"], pending], [*looked, p["files"]], **private)
        bridge.clear(self.leave_out, pending, looked, **quick)
        bridge.submit(self.add, [pending, self._hidden], [*looked, *going], **quick)
        bridge.upload(self.samples, self._hidden, going, **quick)
        bridge.stop(self.cancel, self._hidden, going, **quick)
        bridge.collapse(self.hide, self._hidden, [self._hidden, *going], **quick)
        tick = [self._hidden, self._seen, view]
        p["timer"].tick(self.tick, tick, [*going, p["listed"]], **quick)

    def start(self, view: ListView, hidden: frozenset[str], request: gr.Request) -> list[Any]:
        visitor = self._visitors.of(request)
        may = visitor.may(Scope.WRITE)
        forms = shelf_view.adding(visitor.say) if may else ""
        listed = self._shelf.shown(view, visitor)
        return [shelf_view.find(visitor.say), forms, gr.File(visible=may), listed, *self._going(hidden, visitor)]

    def _going(self, hidden: frozenset[str], visitor: PageVisitor) -> list[Any]:
        shown, active, ended = self._shelf.queue(hidden, visitor)
        return [shown, gr.Timer(active=active), ended]

    def move(self, view: ListView, request: gr.Request, event: gr.EventData) -> tuple[str, ListView]:
        view = Shelf.moved(view, event._data)
        return self._shelf.shown(view, self._visitors.of(request)), view

    def open(self, request: gr.Request, event: gr.EventData) -> str:
        return self._shelf.opened(event._data, self._visitors.of(request))

    def remove(self, view: ListView, request: gr.Request, event: gr.EventData) -> tuple[str, ListView]:
        visitor = self._visitors.of(request)
        view = self._shelf.removed(view, event._data, visitor)
        return self._shelf.shown(view, visitor), view

    def restore(self, view: ListView, request: gr.Request) -> tuple[str, ListView]:
        visitor = self._visitors.of(request)
        view = self._shelf.restored(view, visitor)
        return self._shelf.shown(view, visitor), view

    def look(self, pending: list[Pending], request: gr.Request, event: gr.EventData) -> tuple[str, list[Pending]]:
        """Addresses or a pasted text, before they go in."""
        visitor, sent = self._visitors.of(request), event._data
        sources, problem = _pasted(sent, visitor.say) if sent.get("do") == "paste" else _addresses(sent, visitor.say)
        return self._looked(pending, sources, problem, visitor)

    def look_at_files(
        self, paths: list[str] | None, pending: list[Pending], request: gr.Request
    ) -> tuple[str, list[Pending], None]:
        visitor = self._visitors.of(request)
        try:
            sources = [(path.name, Upload(path, path.name)) for path in self._uploads.admit(visitor.owner, paths or ())]
        except NotAllowed:
            return _previews(pending, visitor.say, visitor.say("lib_not_uploaded")), pending, None
        return (*self._looked(pending, sources, "", visitor), None)

    def _looked(
        self, pending: list[Pending], sources: Sequence[tuple[str, Any]], problem: str, visitor: PageVisitor
    ) -> tuple[str, list[Pending]]:
        try:
            pending = [*pending, *self._shelf.looked_at(sources, visitor)]
        except NewsdeskError as error:
            problem = str(error)
        return _previews(pending, visitor.say, problem), pending

    def leave_out(self, pending: list[Pending], request: gr.Request, event: gr.EventData) -> tuple[str, list[Pending]]:
        visitor, out = self._visitors.of(request), str(event._data.get("source", ""))
        kept = [one for n, one in enumerate(pending) if out and str(n) != out]
        for one in pending:
            if one not in kept:
                self._let_go(one, visitor)
        return _previews(kept, visitor.say), kept

    def _let_go(self, one: Pending, visitor: PageVisitor) -> None:
        """An uploaded file that has gone in, or does not, is deleted."""
        if isinstance(one.source, Upload):
            self._uploads.release(visitor.owner, one.source.path)

    def add(self, pending: list[Pending], hidden: frozenset[str], request: gr.Request) -> list[Any]:
        visitor = self._visitors.of(request)
        wanted = [one for one in pending if any(preview.article for preview in one.found)]
        self._shelf.add(wanted, visitor, self._let_go)
        for one in pending:
            if one not in wanted:
                self._let_go(one, visitor)
        return ["", [], *self._going(hidden, visitor)]

    def samples(self, hidden: frozenset[str], request: gr.Request) -> list[Any]:
        visitor = self._visitors.of(request)
        self._shelf.add([Pending(visitor.say("lib_sample_name"), samples_folder(), ())], visitor)
        return self._going(hidden, visitor)

    def cancel(self, hidden: frozenset[str], request: gr.Request, event: gr.EventData) -> list[Any]:
        visitor = self._visitors.of(request)
        self._shelf.cancel(event._data, visitor)
        return self._going(hidden, visitor)

    def hide(self, hidden: frozenset[str], request: gr.Request) -> list[Any]:
        visitor = self._visitors.of(request)
        hidden |= {job.id for job in self._shelf.of(visitor) if job.state in ENDED}
        return [hidden, *self._going(hidden, visitor)]

    def tick(self, hidden: frozenset[str], seen: frozenset[str], view: ListView, request: gr.Request) -> list[Any]:
        """How far the jobs are; the list anew when one has ended."""
        visitor = self._visitors.of(request)
        going = self._going(hidden, visitor)
        return [*going, self._shelf.shown(view, visitor) if going[2] - seen else gr.skip()]


def _previews(pending: Sequence[Pending], say: Texts, problem: str = "") -> str:
    return shelf_view.previews([(one.name, one.found) for one in pending], say, problem)


def _addresses(sent: Sent, say: Texts) -> tuple[list[tuple[str, Any]], str]:
    """(sources, problem) of the addresses that were given, one a line."""
    lines = [line.strip() for line in str(sent.get("addresses", "")).splitlines() if line.strip()]
    if wrong := [line for line in lines if not line.startswith(("http://", "https://"))]:
        return [], say("lib_wrong_address", address=wrong[0])
    return [(line, line) for line in lines], "" if lines else say("lib_nothing")


def _pasted(sent: Sent, say: Texts) -> tuple[list[tuple[str, Any]], str]:
    """(source, problem) of a text that was pasted, with what was said of it."""
    fields = {name: str(sent.get(name, "")).strip() for name in ("text", "title", "publisher", "date", "address")}
    if not fields["text"]:
        return [], say("lib_nothing")
    names = {"address": "url", "date": "published"}
    record = {names.get(name, name): value for name, value in fields.items() if value}
    return [(fields["title"] or say("lib_pasted"), [record])], ""
