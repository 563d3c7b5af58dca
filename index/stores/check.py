"""Whether catalogue, vectors and words agree, one to one; what does not is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.stores.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
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


def check(catalogue: Catalogue, words: Sequence[int], vectors: Sequence[int]) -> CheckReport:
    """Compare the passage keys that the two stores hold with the catalogue's, and the catalogue with itself."""
    by_words, ready = catalogue.passage_keys("words", "ready"), catalogue.passage_keys("ready")
    waiting_too = by_words | catalogue.passage_keys("pending", "gone")
    problems = [
        *_differences("word index", words, by_words, waiting_too),
        *_differences("vector index", vectors, ready, waiting_too),
        *catalogue.faults(),
    ]
    return CheckReport(
        catalogue.count_in("words", "ready", "copy"),
        len(by_words),
        catalogue.count_in("pending", "words"),
        tuple(problems),
    )


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
