"""Whether catalogue, vectors and words agree, one to one, and hold what they should; what does not is named."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.encoder.passage_vectors import embed_passages
from index.errors import DamagedLibrary
from index.stores.catalogue import Catalogue
from index.stores.opened import OpenStores
from index.stores.placed import Placed, entries_of, placed_before
from index.stores.vectors import VectorIndex
from index.stores.words import WordIndex

SAMPLE_ARTICLES = 20  # whose postings and vectors are looked at; all of them for a deep check
_AT_ONCE = 64
MIN_COSINE = 0.98  # of a stored vector to the one made now: int8 arithmetic differs a little with a batch's company


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found. articles, passages: how many can be found. waiting: articles on their way into the stores.

    problems: what does not agree, in words; empty when everything does.
    """

    articles: int
    passages: int
    waiting: int
    problems: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """True when everything agrees."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the stores. words, vectors: keys of passages whose entries are not what they should be.
    unreadable: the word index cannot be read at all."""

    problems: tuple[str, ...]
    words: frozenset[int] = frozenset()
    vectors: frozenset[int] = frozenset()
    unreadable: bool = False


def check(catalogue: Catalogue, stores: OpenStores, *, deep: bool = False) -> CheckReport:
    """Compare the two stores with the catalogue, and the catalogue with itself. deep: the contents of every passage,
    not only of a sample's; it embeds them all, and takes as long as `rebuild`."""
    return CheckReport(
        articles=catalogue.count_in("words", "ready", "copy"),
        passages=catalogue.count_passages("words", "ready"),
        waiting=catalogue.count_in("pending", "words"),
        problems=(*faults_of(catalogue, stores, deep=deep).problems, *catalogue.faults()),
    )


def faults_of(catalogue: Catalogue, stores: OpenStores, *, deep: bool) -> Faults:
    """What is wrong with words and vectors."""
    looked_at = _looked_at(catalogue, deep)
    allowed = catalogue.passage_keys("words", "ready", "pending", "gone")
    try:
        words_wrong, problems = _faults_of_words(catalogue, stores.words, looked_at, allowed)
        unreadable = False
    except DamagedLibrary as error:
        words_wrong, problems, unreadable = set[int](), [str(error)], True
    try:
        vectors_wrong, more = _faults_of_vectors(catalogue, stores, looked_at, allowed)
    except DamagedLibrary as error:
        vectors_wrong, more = set[int](), [str(error)]
    return Faults((*problems, *more), frozenset(words_wrong), frozenset(vectors_wrong), unreadable)


def _faults_of_words(
    catalogue: Catalogue, words: WordIndex, looked_at: Sequence[int], allowed: set[int]
) -> tuple[set[int], list[str]]:
    problems = _differences("word index", words.keys(), catalogue.passage_keys("words", "ready"), allowed)
    wrong = set[int]()
    for placed in _placed(catalogue, looked_at):
        wrong |= {entry.key for entry in entries_of(placed) if words.has(entry.key) and not words.holds(entry)}
    return wrong, [*problems, *_otherwise("word index", wrong)]


def _faults_of_vectors(
    catalogue: Catalogue, stores: OpenStores, looked_at: Sequence[int], allowed: set[int]
) -> tuple[set[int], list[str]]:
    ready, wrong = catalogue.passage_keys("ready"), set[int]()
    if not stores.place.exists():
        return wrong, _differences("vector index", (), ready, allowed)
    problems = _differences("vector index", stores.vectors.keys(), ready, allowed)
    for placed in _placed(catalogue, looked_at):
        wrong |= _wrong_vectors(stores.vectors, [one for one in placed if one.key in ready], stores)
    return wrong, [*problems, *_otherwise("vector index", wrong)]


def _otherwise(name: str, wrong: set[int]) -> list[str]:
    return [f"the {name} holds something else than the catalogue for {len(wrong)} passages"] if wrong else []


def _looked_at(catalogue: Catalogue, deep: bool) -> list[int]:
    """The keys of the articles whose contents are compared."""
    keys = catalogue.searched_keys()
    return keys if deep or len(keys) <= SAMPLE_ARTICLES else sorted(random.sample(keys, SAMPLE_ARTICLES))


def _placed(catalogue: Catalogue, keys: Sequence[int]) -> Iterator[list[Placed]]:
    for at in range(0, len(keys), _AT_ONCE):
        yield placed_before(catalogue, catalogue.stored(keys[at : at + _AT_ONCE]))


def _wrong_vectors(vectors: VectorIndex, placed: Sequence[Placed], stores: OpenStores) -> set[int]:
    held = vectors.get([one.key for one in placed])
    facts = vectors.facts(list(held))
    there = [one for one in placed if one.key in held]
    if not there:
        return set()
    made = embed_passages(stores.encoder, [(one.article.title, one.text) for one in there])
    if any(len(vector) != made.shape[1] for vector in held.values()):
        return set(held)
    cosines = (made * np.stack([held[one.key] for one in there])).sum(axis=1)
    return {
        one.key
        for one, cosine in zip(there, cosines, strict=True)
        if not cosine >= MIN_COSINE or facts.get(one.key) != (one.article_key, one.day, one.publisher)
    }


def _differences(name: str, held: Iterable[int], wanted: set[int], allowed: set[int]) -> list[str]:
    """wanted: keys that must be there, once. allowed: keys that may be: of articles on their way in or out."""
    counted = Counter(held)
    found = []
    if missing := len(wanted - counted.keys()):
        found.append(f"the {name} lacks {missing} of {len(wanted)} passages")
    if extra := len(counted.keys() - wanted - allowed):
        found.append(f"the {name} holds {extra} passages that are in no article")
    if twice := sum(n > 1 for n in counted.values()):
        found.append(f"the {name} holds {twice} passages more than once")
    return found
