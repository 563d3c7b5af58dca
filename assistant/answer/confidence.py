"""How likely the library really holds the answer: one calibrated number from several features."""

from __future__ import annotations

import math

from assistant.question.answer_kind import Asks
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.features import Features, answer_features, weigh

UNNAMED = 0.1  # confidence at the most when somebody's words are asked for whom no passage names
DECLINE_BELOW = 0.45  # refuses nine in ten of another year of news-train and news-late, one in nine answerable


def confidence(evidence: Evidence) -> float:
    """0 to 1: the fitted probability that the articles answer; hardly any for words of somebody they do not name."""
    if not evidence.candidates:
        return 0.0
    sure = 1 / (1 + math.exp(-max(-30.0, min(30.0, weigh("answer", features_of(evidence))))))
    return min(sure, UNNAMED) if evidence.asked.kind is Asks.WORDS and evidence.unnamed else sure


def features_of(evidence: Evidence) -> Features:
    """Features of confidence that the articles hold the answer."""
    ranked = [hit for hit in evidence.hits if hit.passage.id in evidence.features]
    passages, articles = [evidence.features[hit.passage.id] for hit in ranked], [hit.article.id for hit in ranked]
    return answer_features(passages, articles, [c.score for c in evidence.candidates])
