"""A question to hits, best first: words and vectors searched, fused, and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.question.event_time import EventTime
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.features import Asked, Features, passage_features, reading_features, weigh
from assistant.retrieval.ranking import fuse_keys
from assistant.retrieval.reader import Reader, Reading
from assistant.retrieval.reading_window import SIZE, part_to_read
from index.library import Library
from index.stores.searching import Matched
from index.types import Filter, Hit

DEPTH_PASSAGES = (
    100  # passages taken from each ranking: the answer stands in the first 100 of one of them for 98 in 100
)
SEEN = 24  # passages that are ranked by all that speaks for them
WHOLE = 6  # of them read whole, the likeliest; finds as much as 24 whole ones, in a third of their time
WINDOWS = 6  # of the next a window is read; of the others nothing
TIME = 1.5  # added to the score of a passage that fits the time asked about: about what separates first and fourth


def search(
    library: Library,
    reader: Reader,
    question: str,
    k: int,
    where: Filter = Filter(),
    time: EventTime | None = None,
    bound: str = "",
) -> Evidence:
    """The k passages most likely to answer, best first; none for an empty library or a filter nothing passes.

    time: when what is asked about happened: passages of that time come first. bound: the question's words for the time
    of publication, which no passage needs to repeat.
    """
    asked = Asked(question, library, time, bound)
    found = matched(library, question, max(DEPTH_PASSAGES, k), where, max(SEEN, k))
    hits = [one.hit for one in found]
    readings, features = read(asked, reader, found[:SEEN])
    fits = {hit.passage.id: TIME * time.fit(hit) if time else 0.0 for hit in hits[:SEEN]}
    first = [replace(h, score=weigh("passage", features[h.passage.id]) + fits[h.passage.id]) for h in hits[:SEEN]]
    first.sort(key=lambda hit: -hit.score)
    least = first[-1].score if first else 0.0
    rest = [replace(hit, score=least - n) for n, hit in enumerate(hits[SEEN:], 1)]
    return Evidence(asked, [*first, *rest][:k], readings, features)


def around_origin(library: Library, source: Hit, question: str, k: int, where: Filter = Filter()) -> list[Hit]:
    """The passage that a quotation was taken from, then those nearest to its words."""
    hits = fused(library, question, max(DEPTH_PASSAGES, k), where, max(SEEN, k))
    place = replace(source, score=max([1.0, *(hit.score for hit in hits)]))
    return [place, *(hit for hit in hits if hit.passage.id != place.passage.id)][:k]


def fused(library: Library, question: str, depth: int, where: Filter, most: int | None = None) -> list[Hit]:
    """Words and vectors searched, each `depth` deep, and the two rankings fused: the first `most` hits (None: all)."""
    return [one.hit for one in matched(library, question, depth, where, most)]


def matched(library: Library, question: str, depth: int, where: Filter, most: int | None = None) -> list[Matched]:
    """The same, each hit with its cosine to the question."""
    return library.by_both(question, library.encoder.encode([question])[0], depth, where, fuse_keys, most)


def read(
    asked: Asked,
    reader: Reader,
    found: Sequence[Matched],
    whole: int = WHOLE,
    windows: int = WINDOWS,
    size: int = SIZE,
) -> tuple[dict[str, Reading], dict[str, Features]]:
    """What the reader makes of the likeliest hits, and what speaks for each hit, by passage id. Likely by what is known
    before they are read: the first are read `whole`, of the next a window of `size` characters."""
    known = {one.hit.passage.id: passage_features(asked, one.hit, one.cosine) for one in found}
    best = sorted((one.hit for one in found), key=lambda hit: -weigh("look", known[hit.passage.id]))
    likeliest = best[: whole + windows]
    parts = [
        (0, len(hit.passage.text)) if n < whole else part_to_read(asked, hit.passage.text, size)
        for n, hit in enumerate(likeliest)
    ]
    texts = [hit.passage.text[start:end] for hit, (start, end) in zip(likeliest, parts, strict=True)]
    readings = reader.read(asked.text, [(h.article.title, text) for h, text in zip(likeliest, texts, strict=True)])
    by_id = {
        hit.passage.id: replace(reading, spans=reading.spans + start)
        for hit, reading, (start, _) in zip(likeliest, readings, parts, strict=True)
    }
    return by_id, {one: features | reading_features(by_id.get(one)) for one, features in known.items()}
