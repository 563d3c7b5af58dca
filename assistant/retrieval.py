"""A question to hits, best first: words and vectors searched, fused, and read; and the LangChain retriever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from assistant.quotation import origin, quotation_in
from assistant.ranking import fuse
from assistant.reader import Reader, Reading
from index.library import Library
from index.types import Filter, Hit

DEPTH = 100  # passages taken from each ranking: the answer stands in the first 100 of one of them for 98 in 100
READ = 12  # passages the reader reads: some 150 ms on two cores
# What a reading adds to a passage's fused score (about 0.01 to 0.03), chosen on news-train: training/fit_weights.py
PAIR_WEIGHT, WORD_WEIGHT = 0.004, 0.002


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, and what the reader made of those it read, by passage id."""

    hits: Sequence[Hit]
    readings: Mapping[str, Reading] = field(default_factory=dict)


def search(library: Library, reader: Reader | None, question: str, k: int, where: Filter = Filter()) -> Found:
    """The k passages most likely to answer, best first; none for an empty library or a filter nothing passes.

    A quotation whose place is found brings the passage it stands in to the front.
    """
    depth = max(DEPTH, k)
    by_words = library.by_words(question, depth, where)
    by_vector = library.by_vector(library.encoder.encode([question])[0], depth, where)
    hits = fuse([by_words, by_vector])
    if (quotation := quotation_in(question)) and (source := origin(library, quotation.text, where)):
        place = replace(source.hit, score=max([1.0, *(hit.score for hit in hits)]))
        return Found([place, *(hit for hit in hits if hit.passage.id != place.passage.id)][:k])
    if reader is None:
        return Found(hits[:k])
    first, rest = hits[:READ], hits[READ:]
    readings = reader.read(question, [(hit.article.title, hit.passage.text) for hit in first])
    raised = [
        replace(hit, score=hit.score + PAIR_WEIGHT * r.answers + WORD_WEIGHT * r.best)
        for hit, r in zip(first, readings, strict=True)
    ]
    least = min((hit.score for hit in raised), default=0.0)
    lowered = [replace(hit, score=min(hit.score, least) - 1e-6 * n) for n, hit in enumerate(rest, 1)]
    ranked = [*sorted(raised, key=lambda hit: -hit.score), *lowered]
    return Found(ranked[:k], {hit.passage.id: r for hit, r in zip(first, readings, strict=True)})


class PassageRetriever(BaseRetriever):
    """Newsdesk's retrieval as a LangChain retriever.

    Each Document's page_content is the passage to the character; its metadata holds what a citation needs: id,
    article_id, title, url, publisher, authors, published (ISO 8601 or None), start, end, score.
    """

    retrieve: Callable[[str, int, Filter], list[Hit]]
    k: int = 8
    where: Filter = Filter()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 LangChain passes it by name
    ) -> list[Document]:
        return [as_document(hit) for hit in self.retrieve(query, self.k, self.where)]


def as_document(hit: Hit) -> Document:
    """A hit as a LangChain Document."""
    article, passage = hit.article, hit.passage
    metadata: dict[str, Any] = {
        "id": passage.id,
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
    }
    return Document(page_content=passage.text, metadata=metadata, id=passage.id)
