"""Typing errors are corrected against the library's own words; what is known is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from assistant import Assistant
from assistant.question.spelling import corrected
from assistant.samples import folder as samples_folder
from index.library import Library


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("spelt") / "library", as_of=date(2025, 12, 31)) as opened:
        opened.add(samples_folder())
        yield opened


@pytest.fixture(scope="module")
def library(desk: Assistant) -> Library:
    return desk._library


@pytest.mark.parametrize(
    ("asked", "read_as"),
    [
        ("What did the cuort say about Brandt?", "What did the court say about Brandt?"),
        ("Who is Sofia Branndt?", "Who is Sofia Brandt?"),
        ("what did anna lindqvits win", "what did anna Lindqvist win"),
        ("How many people died in the Vesssa flood?", "How many people died in the Vessa flood?"),
        ("What is a good chance for Zelenskky?", "What is a good chance for Zelenskyy?"),
    ],
)
def test_a_typing_error_is_read_as_the_word_of_the_articles(library: Library, asked: str, read_as: str) -> None:
    assert corrected(library, asked) == read_as


@pytest.mark.parametrize(
    "question",
    [
        "Which brand was sold?",  # English, though one letter from Brandt
        "Who won Eurovision 2027?",
        'Who said "Brandtt will appeal"?',
        "What stands on brandtt.example about it?",
        "What did Anna Lindqvist win at Dovre?",
        "",
    ],
)
def test_a_known_word_a_quotation_and_what_is_like_nothing_are_left_alone(library: Library, question: str) -> None:
    assert corrected(library, question) == question


def test_the_answer_says_what_it_was_read_as(desk: Assistant) -> None:
    answer, right = desk.ask("Who is Dr. Mara Lindqvits?"), desk.ask("How many people died in the Vesssa flood?")
    assert answer.read_as == "Who is Dr. Mara Lindqvist?"
    assert right.read_as == "How many people died in the Vessa flood?"
    assert right.citations
    assert right.text == desk.ask("How many people died in the Vessa flood?").text


def test_a_question_without_errors_has_no_reading_of_its_own(desk: Assistant) -> None:
    assert desk.ask("How many people died in the Vessa flood?").read_as == ""


def test_a_question_in_another_language_is_left_alone(samples: Assistant) -> None:
    question = "Welche Bedingungen stellte Putin damals eigentlich?"
    assert corrected(samples._library, question) == question
