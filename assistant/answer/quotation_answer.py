"""The answer to "where is this from?": the source of a quotation, and the sentences it stands in."""

from __future__ import annotations

from assistant.retrieval.quotation_source import Origin
from assistant.types import Answer, Citation, Searched, Statement
from index.passages import sentences


def answer_of(question: str, found: Origin, searched: Searched) -> Answer:
    """The answer that names title, publisher, date and address first, then the sentences the quotation stands in."""
    text = found.article.text
    spans = [(a, b) for a, b in sentences(text) if a < found.end and found.start < b]
    overlap = [(min(b, found.end) - max(a, found.start), a, b) for a, b in spans]
    most = max(length for length, _, _ in overlap)
    # An alignment may reach a few characters into the sentence before or after.
    kept = [(a, b) for length, a, b in overlap if length >= max(8, 0.1 * most) or length == most]
    start, end = kept[0][0], kept[-1][1]
    quote = text[start:end]
    article = found.article.without_text()
    day = f"{article.day:%-d %B %Y}" if article.day else None
    source = ", ".join(part for part in (article.publisher, day, article.url) if part)
    named = f"From “{article.title or 'Untitled'}”" + (f" ({source})" if source else "")
    wording = "" if found.likeness == 100 else " (the wording differs a little)"
    said = f"{named}{wording}: {' '.join(quote.split())}"
    citation = Citation(number=1, article=article, quote=quote, start=start, end=end)
    return Answer(
        question=question,
        text=f"{said} [1]",
        statements=(Statement(text=said, citations=(1,)),),
        citations=(citation,),
        abstained=False,
        confidence=min(1.0, found.likeness / 100),
        searched=searched,
        hits=(found.hit,),
    )
