"""Suggested questions: grammatical, about what is in the library, answered by it, and not asked already."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant, Filter
from assistant.answer.question_writing import questions_of, topic_in
from assistant.answer.suggestions import LEAST_CONFIDENCE
from index.types import Article
from tests.conftest import article


@pytest.mark.parametrize(
    ("sentence", "topic", "question"),
    [
        ("At least three people were killed, the mayor said, and 200 houses fell down.", "the Orrin quake",
         "How many people were killed in the Orrin quake?"),
        ("Three people from a camp site near Dastra are still missing.", "",
         "How many people from a camp site near Dastra are still missing?"),
        ("There are 212 wolves in Norland, according to the winter count.", "",
         "How many wolves are there in Norland?"),
        ("The storm of 2 June killed 11 people in Orlo.", "", "How many people did the storm of 2 June kill in Orlo?"),
        ("The harbour bridge at Lowmere was closed on Tuesday after engineers found cracks.", "",
         "Why was the harbour bridge at Lowmere closed?"),
        ("Astrup Council delayed the vote on its budget because two members were ill.", "",
         "Why did Astrup Council delay the vote on its budget?"),
        ("The telescope at Pellworm was opened on 3 May 2024 by the minister.", "",
         "When was the telescope at Pellworm opened?"),
        ('"It is safe," said Dr. Ines Marlow, the county\'s chief engineer.', "", "Who is Ines Marlow?"),
        ("“It is safe,” said Ines Marlow.", "the Lowmere bridge", "What did Ines Marlow say about the Lowmere bridge?"),
        ("“Waiting would have cost more than acting,” he said.", "",
         "Who said “Waiting would have cost more than acting”?"),
    ],
)  # fmt: skip
def test_a_sentence_becomes_the_question_it_answers(sentence: str, topic: str, question: str) -> None:
    assert question in [made.question for made in questions_of(sentence, topic)]


@pytest.mark.parametrize(
    "sentence",
    [
        "He was arrested because they found it.",  # nobody would know who
        "Some 14,000 vehicles cross the bridge each day.",  # nor which bridge
        "Farmers lost 1,340 sheep to wolves and were paid.",
        "What will happen in Orrin?",
        "The Marine Safety Board said so.",
    ],
)
def test_no_question_is_made_that_does_not_stand_alone(sentence: str) -> None:
    assert list(questions_of(sentence)) == []


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Death toll in Vessa flood rises to nine", "the Vessa flood"),
        ("Twelve hurt as ferry runs aground off Lowmere", "Lowmere"),
        ("The Kremlin’s price for a truce", "the Kremlin"),
        ("Fares rise in Tolby", "Tolby"),
        ("Anna Lindqvist wins at last", ""),
        ("Why Nobody Reads This Title At All", ""),
        ("", ""),
    ],
)
def test_the_topic_of_a_title(title: str, topic: str) -> None:
    assert topic_in(title) == topic


def test_only_what_the_articles_name_often_is_asked_about(tmp_path: Path) -> None:
    text = (
        "No, the second single, was sung by Mara Field in Orlen on Sunday. Billboard’s Jan Kolm said that No is her "
        "best. Mara Field has sold two million records. Mara Field was born in Orlen because her parents worked there. "
        "There was no encore."
    )
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title="Mara Field’s No is out: how No was made", text=text)])
        offered = desk.suggestions(6)
    assert not [q for q in offered if "No?" in q or "Kolm" in q]


def test_first_questions_are_answered_by_the_library_and_differ(samples: Assistant) -> None:
    offered = samples.suggestions(4)
    assert len(offered) >= 3 and len({q.split()[0] for q in offered}) > 1 and samples.suggestions(4) is offered
    for question in offered:
        answer = samples.ask(question)
        assert not answer.abstained and answer.confidence >= LEAST_CONFIDENCE, question
        assert question[0].isupper() and question.endswith("?")


def test_they_keep_to_the_filter_and_an_empty_library_has_none(samples: Assistant, tmp_path: Path) -> None:
    flood = Filter(article_ids=tuple(a.id for a in samples.articles() if "Vessa" in a.title))
    assert all("Vessa" in q or "Illes" in q or "June" in q or "Dastra" in q for q in samples.suggestions(2, flood))
    with Assistant.open(tmp_path / "library") as empty:
        assert empty.suggestions() == ()
        empty.add(article("A note without a name in it. Nothing to ask about this.", "note", "2025-01-01"))
        assert empty.suggestions() == ()


def test_follow_ups_ask_for_what_is_not_answered_yet(samples: Assistant) -> None:
    answer = samples.ask("How many people died in the Vessa flood?")
    offered = samples.follow_ups(answer)
    assert offered and answer.question not in offered
    for question in offered:
        assert not samples.ask(question).abstained, question
    refused = samples.ask("what did Macron say about the ceasefire")
    assert refused.abstained and len(samples.follow_ups(refused, 1)) <= 1
