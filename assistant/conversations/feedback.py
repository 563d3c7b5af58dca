"""An answer with a thumb to a row of an evaluation set, which `newsdesk evaluate` reads."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversations.types import Exchange, RatedAnswer
from assistant.json_codec import as_json
from assistant.question.follow_up import stand_alone
from assistant.types import Citation, Turn


def row_of(exchange: Exchange, turns: Sequence[Turn]) -> RatedAnswer:
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
    where = answer.searched.where
    return RatedAnswer(
        id=exchange.id,
        question=stand_alone(exchange.question, turns),
        kind=kind,
        gold_articles=tuple(cited) if kind == "answerable" else (),
        wrong=tuple(c.quote for c in answer.citations) if kind == "disputed" else (),
        since=where.since,
        until=where.until,
        publishers=where.publishers,
        article_ids=where.article_ids,
        undated=where.undated,
        asked=exchange.question,
        when=exchange.asked,
        thumb=exchange.thumb,
        said=answer.text,
        confidence=answer.confidence,
        model=answer.model,
        evidence=tuple(_evidence(citation) for citation in answer.citations),
    )


def _evidence(citation: Citation) -> dict[str, str | int | None]:
    return {
        "article": citation.article.id,
        "title": citation.article.title,
        "publisher": citation.article.publisher,
        "published": as_json(citation.article.published),
        "url": citation.article.url,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }
