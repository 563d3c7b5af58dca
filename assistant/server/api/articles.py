"""Articles: list, read, add, remove."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Query, UploadFile
from fastapi.responses import Response
from pydantic import Field, StringConstraints

from assistant.server.api.door import Door, TheDoor
from assistant.server.api.forms import Day, Form, Text
from assistant.server.api.guard import Reader, Visitor, Writer
from assistant.server.api.problems import described
from assistant.server.api.shapes import ArticlePage, Removed
from assistant.server.api.tracing import step
from assistant.server.api.wire import Json
from assistant.server.jobs import Job, JobReport
from index.errors import UnreadableSource
from index.sources.files import Upload
from index.types import AddReport, Article, Filter

router = APIRouter(prefix="/v1", tags=["articles"])
MOST_ADDRESSES, MOST_ARTICLES, MOST_FILES = 1000, 10_000, 1000
Address = Annotated[str, StringConstraints(strict=True, pattern=r"^https?://\S+$", max_length=4000)]


class NewArticle(Form):
    """An article to add; only its text is needed."""

    text: Text = Field(min_length=1, description="Whole, as plain text.", examples=["The bridge at Lowmere is closed."])
    id: Text = Field(default="", max_length=500, description="Made from address, or title and text, when left out.")
    title: Text = Field(default="", max_length=2000)
    url: Text | None = Field(default=None, max_length=4000)
    publisher: Text | None = Field(default=None, max_length=500)
    authors: list[Text] = Field(default=[], max_length=100)
    published: Text | None = Field(
        default=None, max_length=100, description="In any common form.", examples=["2025-03-04"]
    )


class Add(Form):
    """What to add: addresses, articles, or both."""

    addresses: list[Address] = Field(
        default=[], max_length=MOST_ADDRESSES, description="Of pages, feeds or sitemaps.",
        examples=[["https://example.org/news.rss"]],
    )  # fmt: skip
    articles: list[NewArticle] = Field(default=[], max_length=MOST_ARTICLES)
    since: Day | None = Field(default=None, description="Of a feed or sitemap, only pages of this day or later.")
    until: Day | None = Field(default=None, description="Of a feed or sitemap, only pages of this day or earlier.")


_LISTED = {200: {"model": ArticlePage, "description": "A page of them"}, **described(401, 403, 422, 429)}
_JOB: dict[int | str, dict[str, Any]] = {
    202: {"model": Job, "description": "The job that adds them; its address is in `Location`"}
}


@router.get("/articles", summary="The articles", response_class=Response, responses=_LISTED)
def listing(
    door: TheDoor,
    _: Reader,
    words: Annotated[str, Query(max_length=1000, description="All of which title, publisher or text must hold.")] = "",
    since: Annotated[date | None, Query(description="Only of this day or later.")] = None,
    until: Annotated[date | None, Query(description="Only of this day or earlier.")] = None,
    publisher: Annotated[list[str], Query(max_length=100, description="Only these publishers.")] = [],  # noqa: B006
    sort: Literal["date", "title", "publisher"] = "date",
    order: Literal["descending", "ascending"] = "descending",
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Response:
    """A page of the articles, without their texts; `copies` tells how many copies of one there are, by id."""
    found = door.desk.listing(
        words, Filter(since, until, tuple(publisher)), sort=sort, descending=order == "descending", offset=offset,
        limit=limit,
    )  # fmt: skip
    rows = [without_text(article) for article in found.articles]
    return Json({"articles": rows, "total": found.total, "offset": offset, "copies": found.copies})


def without_text(article: Article) -> dict[str, Any]:
    """The fields of an article in a list."""
    from assistant.json_codec import as_json

    return {name: value for name, value in as_json(article).items() if name != "text"}


@router.get(
    "/articles/{article_id:path}",
    summary="One article, whole",
    response_class=Response,
    responses={200: {"model": Article, "description": "The article"}, **described(401, 403, 404, 429)},
)
def article(article_id: str, door: TheDoor, _: Reader) -> Response:
    """With its text, which every offset counts the characters of."""
    return Json(door.desk.article(article_id))


@router.delete(
    "/articles/{article_id:path}",
    summary="Take an article out",
    response_class=Response,
    responses={200: {"model": Removed, "description": "It is out"}, **described(401, 403, 404, 429)},
)
def remove(article_id: str, door: TheDoor, _: Writer) -> Response:
    """It is found no more when this returns."""
    return Json({"removed": door.desk.remove([article_id])})


@router.post(
    "/articles",
    summary="Add articles, or what is at addresses",
    status_code=202,
    response_class=Response,
    responses={**_JOB, **described(400, 401, 403, 413, 422, 429)},
)
def add(form: Add, door: TheDoor, came: Writer) -> Response:
    """Starts a job. The same again changes nothing; an article with the id or address of one that is there replaces it.

    Addresses of private networks are not fetched, and what a site's robots.txt forbids is not either.
    """
    Filter(form.since, form.until)
    sources: dict[str, Any] = {address: address for address in form.addresses}
    if form.articles:
        sources["articles"] = [given.model_dump(exclude_defaults=True) for given in form.articles]
    return started(door, came, sources, {"since": form.since, "until": form.until})


@router.post(
    "/files",
    summary="Add files",
    status_code=202,
    response_class=Response,
    responses={**_JOB, **described(400, 401, 403, 413, 422, 429)},
)
def add_files(
    door: TheDoor,
    came: Writer,
    files: Annotated[
        list[UploadFile],
        File(
            min_length=1, max_length=MOST_FILES, description="Text, HTML, PDF, DOCX, EPUB, e-mail, .jsonl, .csv, .zip …"
        ),
    ],
) -> Response:
    """Starts a job. A file's name tells how it is read, by its ending."""
    keep = ExitStack()
    folder = Path(keep.enter_context(tempfile.TemporaryDirectory(prefix="newsdesk-")))
    sources: dict[str, Any] = {}
    try:
        for number, given in enumerate(files):
            name = _name(given.filename or "", number)
            path = folder / str(number)
            with path.open("wb") as file:
                shutil.copyfileobj(given.file, file)
            sources[name if name not in sources else f"{name} ({number + 1})"] = Upload(path, name)
        return started(door, came, sources, {}, keep)
    except BaseException:
        keep.close()
        raise


def _name(given: str, number: int) -> str:
    """The last part of a file's name, whatever system it comes from; nothing in it leads out of a folder."""
    name = PurePosixPath(PureWindowsPath(given).name).name.replace("\0", "").lstrip(".")
    return name[-200:] or f"file {number + 1}"


def started(
    door: Door,
    came: Visitor,
    sources: Mapping[str, Any],
    options: Mapping[str, Any],
    keep: ExitStack | None = None,
    *,
    desk: Any = None,
    noted: bool = False,
) -> Response:
    """A job that adds sources, by the names that it reports them under, and its response."""
    desk = desk or door.desk

    def work(told: JobReport) -> None:
        for name, source in sources.items():
            if told.cancel.is_set():
                return
            with step("add") as span:
                report = _added(desk, name, source, told, options)
                span.set_attributes({f"newsdesk.{kind}": count for kind, count in report.counts.items()})
            count(door, report)
            told.report(name, report)

    job = door.jobs.start("add", came.person.name, tuple(sources), work, noted=noted, keep=keep)
    return Json(job, 202, {"Location": f"/v1/jobs/{job.id}"})


def _added(desk: Any, name: str, source: Any, told: JobReport, options: Mapping[str, Any]) -> AddReport:
    """One source; one that cannot be read at all is a failure of its own and stops no other."""
    try:
        report: AddReport = desk.add(
            source, progress=told.progress, cancel=told.cancel, note=lambda outcome: told.note(name, outcome), **options
        )
    except UnreadableSource as error:
        return AddReport(failed=((name, str(error).removeprefix(f"{name}: ")),))
    return report


def count(door: Door, report: AddReport) -> None:
    """Count what came in."""
    for kind, number in report.counts.items():
        door.meters.stored.labels(kind).inc(number)
