"""A question for news of something at large ("what is the latest on …"): the first sentences of the articles about it.

News puts what matters first, so the lead of an article is its shortest summary (Brandow, Mitze and Rau 1995: nothing
they tried beat the lead). No reader is asked: such a question has no one answer to be found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.question.topic import Topic
from assistant.retrieval.evidence import Candidate, Evidence
from index.library import Library
from index.passages import sentences
from index.types import Hit

ABOUT = 0.65  # of the words asked for, rare ones counting more, that an article's passage and title must hold
ARTICLES, WORDS = 3, 90
LEAST_LEAD_WORDS = 8  # of a sentence that an article begins with: a dateline or a heading has fewer
FULL_COVER_CONFIDENCE = 0.9  # confidence when every word asked for stands in the best article


def leads(library: Library, topic: Topic, evidence: Evidence) -> tuple[list[Candidate], float]:
    """The first sentence of each article about the topic, in the order to say them, and how sure that is, 0 to 1.

    The newest come first when what is new is asked for; else the articles found first, told in the order of their days.
    """
    articles = about(evidence, library.stems)
    found = [c for rank, hit, _ in articles if (c := lead(library, rank, hit))]
    if topic.newest:
        found.sort(key=lambda c: -(c.article.day.toordinal() if c.article.day else 0))
    chosen, used = list[Candidate](), 0
    for c in found:
        length = len(c.text.split())
        again = any(len(c.stems & o.stems) > 0.75 * min(len(c.stems), len(o.stems)) for o in chosen)
        if not again and (not chosen or used + length <= WORDS):
            chosen.append(c)
            used += length
        if len(chosen) == ARTICLES:
            break
    if not topic.newest:
        chosen.sort(key=lambda c: c.article.day.toordinal() if c.article.day else 0)
    return chosen, FULL_COVER_CONFIDENCE * max((cover for _, _, cover in articles), default=0.0)


def about(evidence: Evidence, stems: Callable[[str], list[str]]) -> list[tuple[int, Hit, float]]:
    """(rank, hit, share of the topic's words it holds) of the best passage of each article about the topic."""
    seen: dict[str, tuple[int, Hit, float]] = {}
    for rank, hit in enumerate(evidence.hits):
        cover = evidence.asked.cover(frozenset(stems(f"{hit.article.title} {hit.passage.text}")))
        if cover >= ABOUT:
            seen.setdefault(hit.article.id, (rank, hit, cover))
    return list(seen.values())


def lead(library: Library, rank: int, hit: Hit) -> Candidate | None:
    """The first real sentence of an article: a dateline or a heading of a few words is passed over."""
    text = library.article(hit.article.id).text
    for start, end in opening_sentences(text)[:1]:
        said = text[start:end]
        return Candidate(hit.article, said, start, end, rank, 0, frozenset(library.stems(said)))
    return None


def opening_sentences(text: str) -> Sequence[tuple[int, int]]:
    """Where the first real sentences of an article stand, from the first of its first six that has eight words on."""
    spans = sentences(text[:3000])
    first = next((n for n, (a, b) in enumerate(spans[:6]) if len(text[a:b].split()) >= LEAST_LEAD_WORDS), None)
    return [] if first is None else [(a, b) for a, b in spans[first:] if len(text[a:b].split()) >= LEAST_LEAD_WORDS]
