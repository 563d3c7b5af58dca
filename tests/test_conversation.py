"""Follow-ups by rules: what leans on the question before, and what stands alone."""

from __future__ import annotations

import pytest

from assistant import Turn
from assistant.english.names import names
from assistant.question.follow_up import stand_alone

BEFORE = [Turn("what are Putin's ceasefire conditions", "Putin named four conditions.")]


@pytest.mark.parametrize(
    ("follow_up", "alone"),
    [
        ("and what did Zelenskyy say about it?", "what did Zelenskyy say about Putin's ceasefire conditions?"),
        ("why?", "why (Putin's ceasefire conditions)"),
        ("What about the sanctions?", "the sanctions (Putin's ceasefire conditions)"),
        ("when did he name them in public this spring?", "when did Putin name them in public this spring?"),
    ],
)
def test_a_follow_up_takes_its_subject_from_the_question_before(follow_up: str, alone: str) -> None:
    assert stand_alone(follow_up, BEFORE) == alone


@pytest.mark.parametrize(
    "question",
    [
        "How many people were hurt when the ferry Astrid ran aground off Lowmere?",
        "Which company announced 10,000 job cuts this week?",
        "What did Anna Lindqvist win at Dovre last winter?",
    ],
)
def test_a_question_with_its_own_subject_is_left_alone(question: str) -> None:
    assert stand_alone(question, BEFORE) == question


def test_without_earlier_turns_nothing_is_changed() -> None:
    assert stand_alone("and what did he say about it?", []) == "and what did he say about it?"


def test_a_chain_of_follow_ups_leans_on_the_first_subject() -> None:
    turns = [*BEFORE, Turn("and what did Zelenskyy say about it?", "He saw a good chance.")]
    assert "Putin's ceasefire conditions" in stand_alone("why?", turns)


def test_names_leave_out_the_asking_words() -> None:
    assert names("What did Steve Witkoff say in Moscow?") == ["Steve Witkoff", "Moscow"]
    assert names("Who is Dr. Mara Lindqvist's husband?")[-1] == "Mara Lindqvist"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Why was the voyage of the SS United States delayed?", ["SS United States"]),  # not "SS United States de"
        ("According to the FBI, who hacked it?", ["FBI"]),
        ("After Mara Lindqvist left, did she return?", ["Mara Lindqvist"]),
        ("What did the WHO say about it?", ["WHO"]),
        ("Will Mara Lindqvist resign? And when did I ask Will Arden?", ["Mara Lindqvist", "Will Arden"]),
        ("What did Ursula von der Berg say in The Hague?", ["Ursula von der Berg", "The Hague"]),
        ("Did the Bank of England's governor resign?", ["Bank of England"]),
    ],
)
def test_names_are_whole_and_without_the_words_that_begin_a_sentence(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_a_long_conversation_costs_no_more_than_its_length() -> None:
    """Each was once made anew from all before it, each of those from all before them: twenty turns took a minute."""
    turns = [Turn("what are Putin's ceasefire conditions"), *(Turn("and the sanctions?") for _ in range(500))]
    assert "sanctions" in stand_alone("and what did Zelenskyy say about it?", turns)
