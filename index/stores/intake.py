"""A stream of what was read into the library: in batches, each stored before the next is read, and the report.

Memory stays the same however long the stream is. What was stored stays stored when the run is stopped or the process
is killed; the same run again finds it unchanged and goes on.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator

from index.stores.catalogue import Catalogue
from index.stores.indexing import WORDS_BATCH_ARTICLES, Indexer
from index.types import (
    KEPT_OUTCOMES,
    OUTCOMES,
    AddReport,
    Article,
    Failure,
    OnOutcome,
    OnProgress,
    Outcome,
    Passed,
    Progress,
    Read,
    SourceItem,
    Unchanged,
)

MOST_CHARACTERS = 10_000_000  # of an article: the longest novels have four million
LONG_CHARACTERS = 200_000  # longer ones are looked at for whether they say anything
MOST_SHRINKING = 40  # times that zlib makes a long text smaller; prose shrinks two to four times, tables up to twenty
BATCH_SECONDS = 2.0  # what comes slowly (pages) waits no longer than this to be found


class Tally:
    """The outcomes of an intake: all are counted, the first of each kind kept for the report, each told to `note`."""

    def __init__(self, note: OnOutcome | None = None) -> None:
        self.counts = dict.fromkeys(OUTCOMES, 0)
        self._kept: dict[str, list[Outcome]] = {name: [] for name in OUTCOMES}
        self._note = note

    def put(self, outcome: Outcome) -> None:
        """Count one."""
        self.counts[outcome.kind] += 1
        if len(self._kept[outcome.kind]) < KEPT_OUTCOMES:
            self._kept[outcome.kind].append(outcome)
        if self._note:
            self._note(outcome)

    def report(self, stopped: bool) -> AddReport:
        """The report so far."""
        added, updated, unchanged = (tuple(o.id for o in self._kept[name]) for name in OUTCOMES[:3])
        copies, failed, passed = (tuple((o.id, o.detail) for o in self._kept[name]) for name in OUTCOMES[3:])
        return AddReport(
            added=added,
            updated=updated,
            unchanged=unchanged,
            duplicates=copies,
            failed=failed,
            passed=passed,
            counts=self.counts,
            stopped=stopped,
        )


def take_all(
    catalogue: Catalogue,
    indexer: Indexer,
    items: Iterable[SourceItem],
    tell: OnProgress,
    total: int | None,
    stop: Callable[[], bool],
    note: OnOutcome | None,
) -> AddReport:
    """Store every item and make it findable by its words. Stops between two items when stop() is true."""
    tally = Tally(note)
    done, waiting, looked = 0, 0, time.monotonic()
    stream = iter(items)
    try:
        for batch in _batches(stream, stop):
            with catalogue.writing():
                outcomes = [_store(catalogue, item) for item in batch]
            for outcome in outcomes:  # told once they are safe on disk
                tally.put(outcome)
            done += len(batch)
            waiting += len(batch)
            if waiting >= WORDS_BATCH_ARTICLES or time.monotonic() - looked > BATCH_SECONDS:
                indexer.index_words()
                waiting, looked = 0, time.monotonic()
            tell(Progress("words", done, total, tally.counts["failed"]))
    finally:
        close = getattr(stream, "close", None)
        if close:
            close()  # its threads end before this returns
        indexer.index_words()
    tell(Progress("words", done, total, tally.counts["failed"]))
    return tally.report(stop())


def _batches(stream: Iterator[SourceItem], stop: Callable[[], bool]) -> Iterator[list[SourceItem]]:
    """Runs of items; a fetched page or a parsed file is stored at once, rows of a data file many at a time.

    A stream that raises ends there: what came before it is a run of its own.
    """
    batch: list[SourceItem] = []
    begun = time.monotonic()
    while not stop():
        try:
            item = next(stream, None)
        except BaseException:
            if batch:
                yield batch
            raise
        if item is None:
            break
        batch.append(item)
        if (
            (isinstance(item, Read) and item.visit)
            or len(batch) >= WORDS_BATCH_ARTICLES
            or time.monotonic() - begun > BATCH_SECONDS
        ):
            yield batch
            batch, begun = [], time.monotonic()
    if batch:
        yield batch


def _store(catalogue: Catalogue, item: SourceItem) -> Outcome:
    if isinstance(item, Unchanged):
        return Outcome("unchanged", item.article_id)
    if isinstance(item, Failure):
        return Outcome("passed" if isinstance(item, Passed) else "failed", item.source, item.reason)
    read = item if isinstance(item, Read) else Read(item)
    if problem := refused(read.article):
        return Outcome("failed", problem.source, problem.reason)
    how, article_id, first = catalogue.take_in(read.article, read.visit, read.origin)
    if read.earlier:
        catalogue.put_versions(article_id, read.earlier)
    return Outcome("duplicates", article_id, first) if how == "copy" else Outcome(how, article_id)


def refused(article: Article) -> Failure | None:
    """Why this article cannot be stored, if it cannot."""
    name = article.url or article.title or article.id
    if not article.text.strip():
        return Failure(name, "it holds no text")
    if len(article.text) > MOST_CHARACTERS:
        return Failure(name, f"its text has {len(article.text):,} characters; {MOST_CHARACTERS:,} are the most")
    if len(article.text) > LONG_CHARACTERS and _repeats(article.text):
        return Failure(name, f"its {len(article.text):,} characters repeat the same over and over, as no article does")
    try:
        "".join((article.id, article.title, article.text, article.url or "", article.publisher or "")).encode()
    except UnicodeEncodeError as error:
        return Failure(name, f"its text is broken Unicode ({error.reason})")
    return None


def _repeats(text: str) -> bool:
    data = text.encode("utf-8", "surrogatepass")
    return len(zlib.compress(data, 1)) * MOST_SHRINKING < len(data)
