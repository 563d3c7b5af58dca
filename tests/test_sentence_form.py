"""What may be said: whole sentences of the article's own, without the dateline; and the words in them that answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Answer, Assistant, Citation
from assistant.answer.sentence_form import said, sayable
from assistant.conversations.export import markdown, page
from assistant.conversations.store import Conversations
from assistant.integrations.text_for_models import brief_answer
from assistant.types import around
from index.errors import InvalidValue
from index.types import Article


@pytest.mark.parametrize(
    "sentence",
    [
        "The bridge at Velm will close for repairs on 3 May, the county said.",
        "“We were told nothing,” said Ina Roth, who runs the kiosk by the pier.",
        "Nobody was hurt when the roof came down (the mill stood empty).",
        "Is it true that the mayor paid for the trip himself? He says so.",
        "The newsroom of the Harbour Post moved to the old mill in 1998.",
    ],
)
def test_whole_sentences_of_news_may_be_said(sentence: str) -> None:
    assert sayable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Bridge at Velm to close",
        "By Ina Roth, county reporter",
        "Workers on the bridge at Velm, seen on Monday from the northern bank of the river",
        "Follow Ina Roth on Twitter: @inaroth.",
        "Sign up for our free newsletter and never miss a story.",
        "Photo by Ola Brandt/Getty Images.",
        "He said.",
        "- four eggs, two onions",
    ],
)
def test_headings_captions_bylines_and_promotions_are_not_said(sentence: str) -> None:
    assert not sayable(sentence)


@pytest.mark.parametrize(
    "dateline",
    [
        "VELM, Norland (AP) — ",
        "VELM (Reuters) - ",
        "LONDON, March 3 (Reuters) - ",
        "(CNN) — ",
        "ST. PAUL, Minn. — ",
        "KYIV – ",
        "NEW YORK -- ",
        "Sorrel, Norland (AP) — ",
    ],
)
def test_a_dateline_is_left_out_of_what_is_said(dateline: str) -> None:
    sentence = "The county closed the bridge on Monday after a barge hit it."
    assert said(dateline + sentence) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "NATO – the alliance of thirty states – met in Velm.",
        "The CDC - and nobody else - may decide that.",
        "Velm is a town of ten thousand — and of two rivers.",
    ],
)
def test_a_dash_in_a_sentence_is_no_dateline(sentence: str) -> None:
    assert said(sentence) == sentence


def test_the_quote_keeps_the_dateline_that_is_not_said(tmp_path: Path) -> None:
    text = (
        "VELM, Norland (AP) — The bridge over the Arda at Velm will close for repairs on 3 May, the county said.\n\n"
        "By Ina Roth"
    )
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title="Bridge at Velm to close", text=text)])
        answer = desk.ask("When will the bridge over the Arda at Velm close for repairs?")
    assert answer.text.startswith("The bridge over the Arda")
    assert answer.citations[0].quote.startswith("VELM, Norland (AP) — The bridge")
    assert answer.short in answer.citations[0].quote and "3 May" in answer.short


def test_the_words_that_answer_stand_in_the_first_quote(samples: Assistant) -> None:
    answer = samples.ask("Who won the Dovre ski race?")
    assert "Lindqvist" in answer.short and f"In short: {answer.short}" in brief_answer(answer)
    assert samples.ask("what are Putin's ceasefire conditions").short == ""
    assert samples.ask("what did Macron say about the ceasefire").short == ""
    assert samples.ask("what is the latest on the ceasefire").short == ""


def test_words_that_are_not_in_the_first_quote_are_no_short_answer() -> None:
    cited = Citation(number=1, article=Article(id="a"), quote="Lindqvist won.", start=0, end=14)
    with pytest.raises(InvalidValue, match="does not hold the words that answer"):
        Answer(question="Who won?", text="Lindqvist won. [1]", citations=(cited,), short="Brandt")


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("Anna Lindqvist won. [1]", "Anna Lindqvist", ("", "Anna Lindqvist", " won. [1]")),
        ("It cost\n27 crowns. [1]", "27\n crowns", ("It cost ", "27 crowns", ". [1]")),
        ("The cart won.", "car", ("The cart won.", "", "")),
        ("The cart won.", "", ("The cart won.", "", "")),
    ],
)
def test_a_text_is_parted_around_the_words_that_answer(text: str, words: str, parts: tuple[str, str, str]) -> None:
    assert around(text, words) == parts


def test_the_words_that_answer_are_bold_in_what_is_taken_away(samples: Assistant, tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "conversations.sqlite3")
    begun = kept.start("ann")
    short = kept.record("ann", begun.id, samples.ask("Who won the Dovre ski race?")).answer.short
    conversation = kept.get("ann", begun.id)
    kept.close()
    assert "Lindqvist" in short and f"**{short}**" in markdown(conversation) and f"<b>{short}</b>" in page(conversation)
