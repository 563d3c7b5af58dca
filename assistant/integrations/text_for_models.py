"""An answer, passages or an article as text for a language model to read, with what it needs to cite them."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import Answer
from index.types import Article, Hit


def brief_answer(answer: Answer) -> str:
    """The answer with its [n] markers and the words that answer, then each numbered source with its address and place;
    doubts at the end."""
    lines = [answer.text]
    if answer.short:
        lines.append(f"\nIn short: {' '.join(answer.short.split())}")
    for citation in answer.citations:
        lines.append(f"\n[{citation.number}] {heading(citation.article)}")
        lines.append(f"    {place(citation.article, citation.start, citation.end)}")
        lines.append(f"    “{' '.join(citation.quote.split())}”")
    lines += [f"\nNot supported by the articles: {s.text} ({s.problem})" for s in answer.statements if not s.supported]
    if answer.agreement.differ:
        lines.append("\nThe sources contradict each other; the newest is said first.")
    if answer.read_as:
        lines.append(f"\nRead as: {answer.read_as}")
    lines += [f"\n{note}" for note in (answer.searched.note, answer.note) if note]
    lines.append(f"\nSearched {answer.searched.articles} articles; confidence {answer.confidence:.2f} of 1.")
    return "\n".join(lines)


def brief_hits(hits: Sequence[Hit]) -> str:
    """Numbered passages, best first, each under its article with its address and place."""
    if not hits:
        return "Nothing was found. Ask with other words, or with a wider filter."
    return "\n\n".join(
        f"[{n}] {heading(hit.article)}\n    {place(hit.article, hit.passage.start, hit.passage.end)}\n"
        f"    {' '.join(hit.passage.text.split())}"
        for n, hit in enumerate(hits, 1)
    )


def heading(article: Article) -> str:
    """Title, publisher and day in one line."""
    parts = [article.title or "(untitled)", article.publisher, article.day.isoformat() if article.day else "no date"]
    return " — ".join(part for part in parts if part)


def place(article: Article, start: int, end: int) -> str:
    """Where a quotation stands: the article's address if it has one, its id, and the characters."""
    address = f"{article.url}, " if article.url else ""
    return f"{address}article_id {article.id}, characters {start} to {end}"
