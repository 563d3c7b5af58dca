"""Questions about the library itself, small talk, and short questions in a conversation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from assistant import Assistant, Filter, Turn
from assistant.question.library_question import Wants, library_question
from assistant.question.small_talk import reply_to
from assistant.samples import folder as samples_folder


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("about") / "library", as_of=date(2025, 12, 31)) as opened:
        opened.add(samples_folder())
        yield opened


@pytest.mark.parametrize(
    ("question", "wants", "topic"),
    [
        ("How many articles are there?", Wants.COUNT, ""),
        ("how many articles do you have about bridges", Wants.COUNT, "bridges"),
        ("How many stories mention Putin?", Wants.COUNT, "Putin"),
        ("Which articles mention Bluesky?", Wants.LIST, "Bluesky"),
        ("list everything about bridges", Wants.LIST, "bridges"),
        ("List all articles about bridges", Wants.LIST, "bridges"),
        ("Show me the reports on the flood.", Wants.LIST, "the flood"),
        ("articles about the ferry", Wants.LIST, "the ferry"),
        ("Do you have any articles on inflation?", Wants.LIST, "inflation"),
        ("what is in here?", Wants.CONTENTS, ""),
        ("What's in the library?", Wants.CONTENTS, ""),
        ("What topics are covered?", Wants.CONTENTS, ""),
        ("list all articles", Wants.CONTENTS, ""),
        ("what happened?", Wants.NEWS, ""),
        ("what's new", Wants.NEWS, ""),
        ("the latest news", Wants.NEWS, ""),
        ("give me a timeline of the flood", Wants.TIMELINE, "the flood"),
        ("timeline for the ferry Astrid", Wants.TIMELINE, "the ferry Astrid"),
        ("Summarise this article", Wants.SUMMARY, ""),
        ("Summarize the article about the ferry Astrid", Wants.SUMMARY, "the ferry Astrid"),
        ("What is this article about?", Wants.SUMMARY, ""),
    ],
)
def test_a_question_about_the_library_is_told_from_others(question: str, wants: Wants, topic: str) -> None:
    found = library_question(question)
    assert found and (found.wants, found.topic) == (wants, topic)


@pytest.mark.parametrize(
    "question",
    [
        "How many people died in the Vessa flood?",
        "Which articles of the treaty were broken?",
        "What happened to the ferry Astrid?",
        "What is the article of faith that Lindqvist named?",
        "Which report did the commission publish on the fire?",
        "Who listed the house?",
        "What does the story of the tram tell us of Quillan’s mayor?",
    ],
)
def test_a_question_that_the_articles_answer_is_none(question: str) -> None:
    assert library_question(question) is None


def test_the_library_is_counted_listed_and_summarised_with_citations(desk: Assistant) -> None:
    count = desk.ask("How many articles are in the library?")
    assert count.text.startswith("There are 20 articles") and count.citations and not count.abstained
    listed = desk.ask("Which articles mention Putin?")
    mentioned = {a.id for a in desk.listing("Putin").articles}
    assert {c.article.id for c in listed.citations} == mentioned and f"{len(mentioned)} articles" in listed.text
    assert desk.ask("Which articles mention zeppelins?").abstained
    summary = desk.ask("Summarize the article about the ferry Astrid")
    assert {c.article.id for c in summary.citations} <= {a.id for a in desk.listing("ferry Astrid").articles}
    assert len(summary.statements) >= 2
    one = desk.listing("telescope").articles[0]
    this = desk.ask("What is this article about?", where=Filter(article_ids=(one.id,)))
    assert {c.article.id for c in this.citations} == {one.id}
    rows = desk.ask("give me a timeline of the Vessa flood")
    days = [c.article.day for c in rows.citations if c.article.day]
    assert len(rows.citations) > 1 and days == sorted(days)
    for answer in (count, listed, summary, this, rows):
        for c in answer.citations:
            assert desk.article(c.article.id).text[c.start : c.end] == c.quote
        *pieces, last = desk.stream(answer.question)
        assert last.text == "".join(map(str, pieces))  # type: ignore[union-attr]


def test_what_happened_in_a_time_is_told_from_its_articles(desk: Assistant) -> None:
    with_time = desk.on(date(2024, 6, 4)).ask("What happened this week?")
    assert with_time.citations
    assert all(c.article.day and date(2024, 6, 3) <= c.article.day <= date(2024, 6, 4) for c in with_time.citations)


@pytest.mark.parametrize(
    "said", ["thanks", "Thank you very much!", "ok", "ok thanks", "hi", "what can you do?", "Great."]
)
def test_small_talk_gets_a_short_reply_and_leaves_the_subject_alone(desk: Assistant, said: str) -> None:
    first = desk.ask("What happened to the ferry Astrid?")
    turns = [Turn(first.question, first)]
    reply = desk.ask(said, turns)
    assert not reply.abstained and not reply.citations and len(reply.text) < 400
    later = desk.ask("how many were hurt?", [*turns, Turn(said, reply)])
    assert "Astrid" in later.read_as and "ok" not in later.read_as.split()


@pytest.mark.parametrize(
    "question", ["Who said thanks to the mayor?", "Is it ok to fish there?", "hi-fi sales in Norland"]
)
def test_a_question_is_no_small_talk(question: str) -> None:
    assert reply_to(question) == ""


@pytest.mark.parametrize(
    "question",
    [
        "Who is Sofia Brandt?",
        "Who is Viktor Brandt?",
        "What are Putin's conditions?",
        "What did Zelenskyy say?",
        "Where is Pellworm?",
        "Who won the Dovre race?",
        "What burned in Dastra?",
        "When did Halden fail?",
    ],
)
def test_a_question_that_names_its_subject_stands_alone_however_short(desk: Assistant, question: str) -> None:
    first = desk.ask("What happened to the ferry Astrid?")
    within = desk.ask(question, [Turn(first.question, first)])
    alone = desk.ask(question)
    assert (within.text, within.read_as) == (alone.text, "")


@pytest.mark.parametrize("question", ["and the captain?", "how many were hurt?", "why?", "when was that?"])
def test_what_leans_on_the_turn_before_is_completed_and_said(desk: Assistant, question: str) -> None:
    first = desk.ask("What happened to the ferry Astrid?")
    answer = desk.ask(question, [Turn(first.question, first)])
    assert "Astrid" in answer.read_as
    assert "Astrid" in f"{answer.hits[0].article.title} {answer.hits[0].passage.text}"
