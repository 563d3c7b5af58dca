"""Words and numbers in one form."""

from __future__ import annotations

import pytest

from assistant.english.numbers import cardinals
from assistant.english.wording import holds, normal


def test_case_accents_and_marks_do_not_count() -> None:
    assert normal("  “Zoë’s Café”, No. 10! ") == "zoe s cafe no 10"


def test_an_answer_is_held_only_by_its_whole_words_in_order() -> None:
    assert holds(("Ski race",), "The Dovre ski-race")
    assert not holds(("ski race",), "racing skis") and not holds(("race",), "races")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nine people", {9}),
        ("twenty-one of 1,200", {21, 1200}),
        ("$3.5bn and 3.5 million", {3.5e9, 3.5e6}),
        ("four hundred", {400}),
        ("the 3rd of May", set()),
        ("It ended 2.", {2}),
        ("someone", set()),
    ],
)
def test_numbers_are_read_in_figures_and_in_words(text: str, found: set[float]) -> None:
    assert cardinals(text) == found
