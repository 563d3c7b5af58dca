"""An answer with a thumb to a row of an evaluation set, which `newsdesk evaluate` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.conversations.types import Exchange
from assistant.json_codec import as_json
from assistant.question.follow_up import stand_alone
from assistant.types import Turn


def row_of(exchange: Exchange, turns: Sequence[Turn]) -> dict[str, Any]:
    """The question as it stands alone, what a right answer cites, and the answer with its evidence. turns: before it.

    A thumb up under an answer makes it a gold one: what answers from the same articles is right. A thumb up under a
    refusal says that the articles hold no answer ("unsupported"). A thumb down says only that this was wrong: an answer
    is then one that should not be said again ("wrong"), a refusal one that should not have been ("wrongly_refused").
    """
    answer = exchange.answer
    cited = list(dict.fromkeys(c.article.id for c in answer.citations))
    up = exchange.thumb > 0
    kinds = ("unsupported", "wrongly_refused") if answer.abstained else ("answerable", "disputed")
    kind = kinds[0] if up else kinds[1]
    where = as_json(answer.searched.where)
    return {
        "id": exchange.id,
        "question": stand_alone(exchange.question, turns),
        "kind": kind,
        "gold_articles": cited if kind == "answerable" else [],
        "wrong": [c.quote for c in answer.citations] if kind == "disputed" else [],
        **{name: where[name] for name in ("since", "until", "publishers", "article_ids", "undated")},
        "asked": exchange.question,
        "when": exchange.asked.isoformat(),
        "thumb": exchange.thumb,
        "said": answer.text,
        "confidence": answer.confidence,
        "model": answer.model,
        "evidence": [
            {
                "article": c.article.id,
                "title": c.article.title,
                "publisher": c.article.publisher,
                "published": as_json(c.article.published),
                "url": c.article.url,
                "quote": c.quote,
                "start": c.start,
                "end": c.end,
            }
            for c in answer.citations
        ],
    }
