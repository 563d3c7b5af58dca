"""Confidence: what stands out among other articles is surely told, and a small library costs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Article, Assistant
from assistant.retrieval.features import NEIGHBOURS, UNRELATED, stands_out
from tests.conftest import BAKERY, COMET, HARBOUR

QUESTION = "Why was the harbour bridge at Lowmere closed?"


def features(*cosines: float) -> list[dict[str, float]]:
    return [{"cosine": cosine} for cosine in cosines]


def test_the_nearest_article_is_compared_with_the_tenth_not_with_its_own_passages() -> None:
    own = features(0.8, 0.79, 0.78, 0.77)
    others = features(*(0.4 - n / 100 for n in range(NEIGHBOURS - 1)), 0.1)
    names = ["a"] * 4 + [f"other-{n}" for n in range(NEIGHBOURS)]
    assert stands_out([*own, *others], names) == pytest.approx(0.8 - (0.4 - (NEIGHBOURS - 2) / 100))


def test_a_small_library_is_compared_with_what_it_might_hold_besides() -> None:
    assert stands_out(features(0.6), ["a"]) == pytest.approx(0.6 - UNRELATED)
    assert stands_out([], []) == 0.0


@pytest.mark.parametrize("texts", [[HARBOUR], [HARBOUR, BAKERY, COMET]])
def test_one_article_answers_as_surely_as_many(tmp_path: Path, texts: list[str]) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title=text.split(".")[0], text=text) for text in texts])
        told = desk.ask(QUESTION)
        assert not told.abstained and "cracks" in told.text and told.confidence > 0.6
        other = desk.ask("Who won the chess olympiad in Budapest?")
        assert other.abstained and other.confidence < told.confidence / 2
