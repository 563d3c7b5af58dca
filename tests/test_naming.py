"""Whom a leading "He" or "She" stands for, and which sentences lean on the one before."""

from __future__ import annotations

import pytest

from assistant.answer.pronouns import leans, name_for

BRIDGE = """The bridge was closed by Ines Marlow, the county's chief engineer, on Tuesday.

Marlow told reporters that two cables had cracked. She expects the work to take six weeks.

Mayor Tom Adeyemi and Governor Petra Voss met on Friday. He promised free ferries.

Petra Voss said the county would pay, and Adeyemi agreed. She flew home in the evening.

The Quillan Comets won again. He was not there."""


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("She expects the work to take six weeks.", "Ines Marlow"),
        ("He promised free ferries.", "Tom Adeyemi"),
        ("She flew home in the evening.", "Petra Voss"),
        ("He was not there.", None),
        ("Marlow told reporters that two cables had cracked.", None),
    ],
)
def test_a_pronoun_gets_the_name_it_stands_for_or_none(sentence: str, name: str | None) -> None:
    assert name_for(BRIDGE, BRIDGE.index(sentence), sentence) == name


@pytest.mark.parametrize(
    ("sentence", "does"),
    [
        ("It will cost nine million.", True),
        ("They left at dawn.", True),
        ("“This is the last one,” she said.", True),
        ("It is not clear who paid.", False),
        ("Italy won.", False),
        ("The ferry left.", False),
    ],
)
def test_a_sentence_that_only_the_one_before_explains_is_known(sentence: str, does: bool) -> None:
    assert leans(sentence) is does
