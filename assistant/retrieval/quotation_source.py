"""Where a quotation is from: the stretch of an article it was taken from, exact or slightly wrong.

The words are looked up, and the quotation is aligned with the whole text of the best articles (the best-matching
stretch by normalised indel similarity, rapidfuzz): word search alone would name an article on the same subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from assistant.retrieval.ranking import fuse
from index.library import Library
from index.types import Article, Filter, Hit

LOOKED_UP = 30  # passages looked up by the quotation's words
ALIGNED = 16  # articles whose text the quotation is aligned with
# Likeness of 100: two words changed leave a long sentence some 90, a short one 70, which is where chance begins; below
# LIKE a place must therefore stand out from the next best one by MARGIN, and share WORDS_KEPT of the words in order.
LIKE, LEAST, MARGIN, WORDS_KEPT = 82.0, 62.0, 6.0, 0.6
# One character for one, so that places in the simplified text are places in the text.
_SIMPLE = str.maketrans("“”„«»‘’‚`\u00a0\n\t–—", '"""""\'\'\'\'   --')


@dataclass(frozen=True, slots=True)
class Origin:
    """The stretch of an article that a quotation was taken from; likeness: 0 to 100, 100 is the very same words."""

    hit: Hit
    article: Article
    start: int
    end: int
    likeness: float


def origin(library: Library, quotation: str, where: Filter = Filter()) -> Origin | None:
    """Where the quotation is from; None when no article has words enough like it. Of equals, the earliest article."""
    hits = fuse([library.by_runs(quotation, LOOKED_UP, where), library.by_words(quotation, LOOKED_UP, where)])
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.article.id, hit)
    wanted = _simple(quotation).strip(' "')
    found: list[Origin] = []
    for hit in list(first.values())[:ALIGNED]:
        article = library.article(hit.article.id)
        text = _simple(article.text)
        at = text.find(wanted)
        if at >= 0:
            found.append(Origin(hit, article, at, at + len(wanted), 100.0))
        elif aligned := fuzz.partial_ratio_alignment(wanted, text, score_cutoff=LEAST):
            found.append(Origin(hit, article, aligned.dest_start, aligned.dest_end, min(aligned.score, 99.9)))
    if not found:
        return None
    undated = "9999"
    best = min(found, key=lambda o: (-round(o.likeness, 1), o.article.day.isoformat() if o.article.day else undated))
    if best.likeness < LIKE:
        said = _simple(best.article.text[best.start : best.end])
        others = (o.likeness for o in found if _simple(o.article.text[o.start : o.end]) != said)
        if best.likeness < max(others, default=0.0) + MARGIN:
            return None
        words = re.findall(r"\w+", wanted)
        if LCSseq.similarity(words, re.findall(r"\w+", said)) < WORDS_KEPT * len(words):
            return None
    passage = next((h for h in hits if h.article.id == best.article.id and _within(best, h)), best.hit)
    return Origin(passage, best.article, best.start, best.end, best.likeness)


def _simple(text: str) -> str:
    """The text in one form of quotation marks, dashes and spaces, in lower case, character for character."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_SIMPLE)


def _within(found: Origin, hit: Hit) -> bool:
    return hit.passage.start <= found.start < hit.passage.end
