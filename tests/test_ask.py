"""Answers without a language model: chosen well, quoted exactly, declined when the articles do not say."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable

from assistant import Answer, Article, Assistant, Filter, Turn
from assistant.question.answer_kind import lists
from assistant.types import REFUSAL

CONDITIONS = "what are Putin's ceasefire conditions"
# The same news told in one article the way agencies tell it: the list is spread over three sentences.
SPREAD = """Envoys from both sides met again on Friday in a hotel outside the city, with nothing agreed by midnight.

The general has said that several conditions must be met before he stops the shelling. The terms are that the province
give up its plan to join the league and recognise his hold on the two ports. Moreover, he has demanded the release of
his officers and a vote within the year, which the province calls too early while the curfew lasts.

Farmers along the river began the harvest under guard. Prices for grain have doubled since the spring."""


def exact(desk: Assistant, answer: Answer) -> bool:
    """Every citation stands in its article to the character, every statement is cited, and [n] follows each."""
    for citation in answer.citations:
        assert desk.article(citation.article.id).text[citation.start : citation.end] == citation.quote
    assert [n for s in answer.statements for n in s.citations] == [c.number for c in answer.citations]
    return all(f"[{c.number}]" in answer.text for c in answer.citations)


def test_the_four_conditions_are_given_in_the_article_s_own_words(samples: Assistant) -> None:
    answer = samples.ask(CONDITIONS)
    assert not answer.abstained and len(answer.statements) <= 5 and exact(samples, answer)
    for word in ("NATO", "four territories", "sanctions", "elections"):
        assert word in answer.text


def test_a_list_spread_over_several_sentences_is_kept_whole(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title="Talks go on", text=SPREAD)])
        answer = desk.ask("what are the general's conditions to stop the shelling")
        assert exact(desk, answer)
        for word in ("league", "ports", "officers", "vote"):
            assert word in answer.text
        assert "harvest" not in answer.text


def test_a_list_is_said_from_its_beginning_though_its_end_answers_best(tmp_path: Path) -> None:
    text = (
        "The union of the Tolby ferries met the harbour board on Friday.\n\nThe board was told that crews would sail "
        "again only on conditions. The terms are that the night service ends and that two more hands sail with each "
        "boat. Moreover, the union's demands, its ferry conditions to sail, are a rise of 40 crowns and free meals.\n\n"
        "Tickets cost 12 crowns."
    )
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title="Ferries", text=text)])
        answer = desk.ask("what are the union's conditions to sail the ferries")
        places = [answer.text.find(word) for word in ("night service", "two more hands", "40 crowns")]
        assert exact(desk, answer) and -1 not in places and places == sorted(places)


def test_headlines_of_other_articles_are_not_said(tmp_path: Path) -> None:
    text = """The bridge over the Arda at Velm will close for repairs on 3 May, the county said on Monday.

Read more: Bridge over the Arda at Velm will close in May, county engineer Ina Roth says

More:Why the bridge over the Arda at Velm will close for a year

Relatedly, the county more than doubled its budget for repairs: the bridge at Velm takes a third of it."""
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title="Bridge at Velm to close", text=text)])
        answer = desk.ask("When will the bridge over the Arda at Velm close for repairs?")
        assert "3 May" in answer.text and exact(desk, answer)
        assert not any(c.quote.startswith(("Read more:", "More:")) for c in answer.citations)
        assert any("doubled" in c.quote for c in desk.ask("What takes a third of the county's budget?").citations)


@pytest.mark.parametrize(
    "question",
    [
        "what did Macron say about the ceasefire",
        "Who won the chess tournament in Reykjavik?",
        "How many goals did Bellamy score for Everton?",
    ],
)
def test_what_the_articles_do_not_say_is_declined_in_one_fixed_sentence(samples: Assistant, question: str) -> None:
    answer = samples.ask(question)
    assert answer.abstained and answer.text.startswith(REFUSAL)
    assert answer.citations == () and answer.statements == ()
    assert answer.hits and (answer.closest or answer.hits[0].article.title in answer.text)
    assert answer.searched.articles == len(samples.articles())


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who won the Dovre ski race?", "Anna Lindqvist"),
        ("How many wolves live in Norland?", "212"),
        ("How many dishes does the radio telescope in Sorrel have?", "64"),
        ("What is the diameter of Pellworm's new mirror?", "8.4 metres"),
        ("Which bakery won the prize for rye bread?", "Quillan"),
        ("What put the ferry Astrid on the sand, according to the inspectors?", "steering"),
        ("Who was cleared of fraud in Tarnby?", "Viktor Brandt"),
    ],
)
def test_simple_questions_get_the_sentence_that_holds_the_answer(samples: Assistant, question: str, said: str) -> None:
    answer = samples.ask(question)
    assert said in answer.text and exact(samples, answer)
    assert len(answer.text.split()) <= 60 + len(answer.citations)


def test_a_follow_up_is_understood_from_what_went_before(samples: Assistant) -> None:
    first = samples.ask(CONDITIONS)
    answer = samples.ask("and what did Zelenskyy say about it?", turns=[Turn(CONDITIONS, first)])
    assert "good chance" in answer.text and exact(samples, answer)
    assert answer.question == "and what did Zelenskyy say about it?"


def test_the_pieces_of_a_stream_add_up_to_the_answer_that_comes_last(samples: Assistant) -> None:
    for question in (CONDITIONS, "what did Macron say about the ceasefire"):
        *pieces, answer = samples.stream(question)
        assert isinstance(answer, Answer) and answer == samples.ask(question)
        assert "".join(p for p in pieces if isinstance(p, str)) == answer.text


def test_a_filter_holds_for_answers_too(samples: Assistant) -> None:
    answer = samples.ask(CONDITIONS, where=Filter(publishers=("Capital Ledger",)))
    assert all(c.article.publisher == "Capital Ledger" for c in answer.citations)
    assert all(hit.article.publisher == "Capital Ledger" for hit in answer.hits)


def test_the_retriever_is_langchain_s_and_its_documents_can_be_cited(samples: Assistant) -> None:
    retriever = samples.as_retriever(k=5)
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke(CONDITIONS)
    assert len(documents) == 5
    for document in documents:
        meta = document.metadata
        text = samples.article(meta["article_id"]).text
        assert text[meta["start"] : meta["end"]] == document.page_content


def test_the_retriever_composes_into_a_chain(samples: Assistant) -> None:
    def titles(documents: list[Document]) -> list[str]:
        return [document.metadata["title"] for document in documents]

    chain: Runnable[str, list[str]] = samples.as_retriever(k=3) | titles
    assert "The Kremlin’s price for a 30-day truce" in chain.invoke(CONDITIONS)


@pytest.mark.parametrize(
    ("sentence", "does"),
    [
        ("The criteria are that the province leave the league and open its ports.", True),
        ("They named four conditions: peace, bread, land and a vote.", True),
        ("Moreover, he has demanded the release of his officers and a vote.", True),
        ("The terms of the loan surprised nobody.", False),
        ("He met the general on Friday.", False),
    ],
)
def test_a_sentence_that_sets_out_a_list_is_known(sentence: str, does: bool) -> None:
    assert lists(sentence) is does
