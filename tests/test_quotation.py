"""A quotation, exact or slightly wrong, leads to the place it was taken from."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.question.quotation import quotation_in


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (
            "Where is this from: “Waiting would have cost more than acting”",
            "Bank of Sorrel makes surprise half-point cut",
        ),
        ('Who said "One phone call would have emptied that camp site"?', "Vessa flood: search ends"),
        ("where is this from: the rudder had stuck eleven degrees to port two minutes before", "Steering failure"),
        # two words wrong
        (
            "Which article has “The dishes, each 13 metres wide, listen to helium in distant galaxies”?",
            "Sorrel switches on",
        ),
        # the sentence alone, with its other marks and its end cut off
        ("She did not believe that he had meant to deceive", "Former Halden chief"),
        ("Mobile phones are forbidden within 30 kilometers of it.", "Sorrel switches on"),
    ],
)
def test_its_article_is_named_before_anything_else(samples: Assistant, question: str, wanted: str) -> None:
    answer = samples.ask(question)
    assert not answer.abstained and len(answer.citations) == 1
    citation = answer.citations[0]
    assert citation.article.title.startswith(wanted)
    assert answer.text.startswith(f"From “{wanted}")
    assert citation.article.publisher and citation.article.publisher in answer.text
    assert f"{citation.article.day:%-d %B %Y}" in answer.text
    assert samples.article(citation.article.id).text[citation.start : citation.end] == citation.quote
    assert samples.retrieve(question, k=3)[0].article.id == citation.article.id


def test_a_wording_that_differs_is_said_to(samples: Assistant) -> None:
    said = "Where is this from: “Building begins in 2026, and the first trams will run in the autumn of 2029.”"
    assert "the wording differs a little" in samples.ask(said).text
    assert "differs" not in samples.ask("Where is this from: “We can rebuild a roof”").text


def test_words_that_stand_nowhere_are_declined_though_the_subject_is_known(samples: Assistant) -> None:
    answer = samples.ask("Who said “The ferry was sunk by pirates on the orders of the mayor of Lowmere”?")
    assert answer.abstained and answer.confidence < 0.1


@pytest.mark.parametrize(
    ("question", "quotation"),
    [
        ("what are Putin's ceasefire conditions", None),
        ("Who won the prize for “the best rye loaf of the year” in Quillan?", None),
        ("What did the envoy mean by “an opening bid”?", None),
        ("Who said “an opening bid, and a steep one”?", "an opening bid, and a steep one"),
        ("ceasefire talks in Moscow", None),
        ("“an opening bid, and a steep one”", "an opening bid, and a steep one"),
        ("source: it rejects a vote under martial law", "it rejects a vote under martial law"),
    ],
)
def test_only_what_asks_for_a_source_is_taken_as_a_quotation(question: str, quotation: str | None) -> None:
    found = quotation_in(question)
    assert (found.text if found else None) == quotation
