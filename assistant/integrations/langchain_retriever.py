"""Newsdesk's retrieval as a LangChain retriever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import run_in_executor

from index.types import Filter, Hit


class PassageRetriever(BaseRetriever):
    """Newsdesk's retrieval as a LangChain retriever.

    Each Document's page_content is the passage to the character; its metadata holds what a citation needs: id,
    article_id, title, url, publisher, authors, published (ISO 8601 or None), start, end, score.

    k: how many, unless one call says otherwise: `retriever.invoke(question, k=1)`.
    """

    retrieve: Callable[[str, int, Filter], list[Hit]]
    k: int = 8
    where: Filter = Filter()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 LangChain passes it by name
        k: int | None = None,
    ) -> list[Document]:
        return self._found(query, k)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,  # noqa: ARG002 LangChain passes it by name
        k: int | None = None,
    ) -> list[Document]:
        return await run_in_executor(None, self._found, query, k)

    def _found(self, query: str, k: int | None) -> list[Document]:
        return [as_document(hit) for hit in self.retrieve(query, self.k if k is None else k, self.where)]


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
