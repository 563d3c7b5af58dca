"""Passages with their keys, as the word index and the vector index take them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from index.encoder.passage_vectors import embed_passages
from index.encoder.types import Encoder
from index.passages import Splitter
from index.stores.catalogue import Catalogue
from index.stores.rows import Stored
from index.stores.vectors import VectorIndex
from index.stores.words import WordEntry
from index.types import Article, Passage

Put = Callable[[Iterable[tuple[int, Sequence[Passage]]]], list[list[int]]]  # passages of articles into the catalogue


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage that the catalogue holds: its key, its article with text, and its place in it."""

    key: int
    article_key: int
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """The passage itself."""
        return self.article.text[self.start : self.end]

    @property
    def day(self) -> int:
        """The article's day as the stores count it: days since 0001-01-01, 0 without a date."""
        return self.article.day.toordinal() if self.article.day else 0

    @property
    def publisher(self) -> str:
        """The article's publisher, "" without one: Chroma takes no None."""
        return self.article.publisher or ""


def split_and_place(batch: Sequence[Stored], splitter: Splitter, put: Put) -> list[Placed]:
    """Cut articles into passages and store these by `put`."""
    passages = splitter.split([row.article for row in batch])
    keys = put((row.key, of) for row, of in zip(batch, passages, strict=True))
    return [
        Placed(key, row.key, row.article, passage.start, passage.end)
        for row, of, made in zip(batch, passages, keys, strict=True)
        for key, passage in zip(made, of, strict=True)
    ]


def placed_before(catalogue: Catalogue, batch: Sequence[Stored]) -> list[Placed]:
    """The passages of articles as the catalogue has them, in the order of the articles' keys."""
    articles = {row.key: row.article for row in batch}
    return [Placed(key, of, articles[of], start, end) for key, of, start, end in catalogue.passages_of(list(articles))]


def entries_of(placed: Iterable[Placed]) -> list[WordEntry]:
    """Passages as the word index takes them."""
    return [WordEntry(p.key, p.article_key, p.article.title, p.text, p.day, p.publisher) for p in placed]


def embed_into(vectors: VectorIndex, encoder: Encoder, placed: Sequence[Placed]) -> None:
    """Make the vectors of passages and store them."""
    made = embed_passages(encoder, [(p.article.title, p.text) for p in placed])
    vectors.put([p.key for p in placed], made, [(p.article_key, p.day, p.publisher) for p in placed])
