"""How likely the library really holds the answer: one calibrated number from several signals."""

from __future__ import annotations

import math
from collections.abc import Sequence

from assistant.conversation import names
from assistant.extractive import Candidate
from assistant.retrieval import Found
from index.library import Library

DECLINE_BELOW = 0.35


def confidence(library: Library, question: str, found: Found, ranked: Sequence[Candidate]) -> float:
    """0 to 1. A question that names somebody whom none of the passages found names is not answered by them."""
    hits = found.hits
    if not hits or not ranked:
        return 0.0
    stems = [frozenset(library.stems(f"{hit.article.title} {hit.passage.text}")) for hit in hits[:8]]
    everything = frozenset().union(*stems)
    asked_names = {stem for name in names(question) for stem in library.stems(name) if len(stem) > 1}
    if asked_names - everything:
        return 0.1
    terms = library.terms(question)
    total = sum(terms.values()) or 1.0
    cover = max(sum(w for t, w in terms.items() if t in of) / total for of in stems)
    return 1 / (1 + math.exp(-(6.0 * (cover - 0.5) + 4.0 * (ranked[0].score - 1.0))))
