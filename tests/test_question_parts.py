"""Two questions in one, comparisons, questions in another language, and what a question takes for granted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from assistant import Article, Assistant, Turn
from assistant.question.language import language_of
from assistant.question.parts import parts
from assistant.types import REFUSAL

ARTICLES = [
    Article(
        id="cup", title="Marsh Town win the Ardell Cup", publisher="The Courier", published=date(2025, 5, 3),
        text="Marsh Town have won the Ardell Cup. They beat Holm City 2-1 on Saturday in front of 20,000 spectators. "
        "Leo Brandt scored the second goal in the last minute. The coach, Ida Sommer, called it a very good day.",
    ),
    Article(
        id="bridge", title="The new bridge at Holm is open", publisher="Coast News", published=date(2025, 4, 2),
        text="The new bridge at Holm was opened on Wednesday. It is 640 metres long and cost 85 million crowns. "
        "No lorries are allowed on it. The architect, Vera Lind, said that she had waited nine years for the day.",
    ),
    Article(
        id="tunnel", title="Tunnel under the Serra finished", publisher="Coast News",
        text="The tunnel under the Serra has been finished after six years. The tunnel is 3,200 metres long. "
        "The tunnel cost 410 million crowns, which the two provinces share.",
    ),
    Article(
        id="tariff", title="Brazil puts a tariff on paper from Ardland", publisher="The Courier",
        published=date(2025, 2, 10),
        text="Brazil will raise a tariff of 12 per cent on paper from Ardland from March, the ministry said on Monday. "
        "The paper mills of Ardland employ 4,000 people.",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("parts") / "library", as_of=date(2025, 5, 10)) as found:
        found.add(ARTICLES)
        yield found


@pytest.mark.parametrize(
    ("asked", "each"),
    [
        ("Who won the cup and who scored the last goal?", ["Who won the cup?", "who scored the last goal?"]),
        ("When was it opened, and was anyone hurt?", ["When was it opened?", "was anyone hurt?"]),
        ("Which is longer, the bridge or the tunnel?", ["how long is the bridge?", "how long is the tunnel?"]),
        ("Is the bridge longer than the tunnel?", ["how long is the bridge?", "how long is the tunnel?"]),
        ("Which cost more, the bridge or the tunnel?",
         ["how much did the bridge cost?", "how much did the tunnel cost?"]),
        ("Which bank has the higher rate, Ardland's or Serra's?",
         ["what is the rate of Ardland's bank?", "what is the rate of Serra's bank?"]),
        ("Who won more medals, Brandt or Lind?", ["how many medals did Brandt win?", "how many medals did Lind win?"]),
        ("How does the price of paper compare with coal?", ["the price of paper?", "the price of coal?"]),
        ("jobs in the north vs jobs in the south", ["jobs in the north", "jobs in the south"]),
        ("How cold was it in Holm and in Ardell?", ["How cold was it in Holm?", "How cold was it in Ardell?"]),
    ],
)  # fmt: skip
def test_the_parts_of_a_question(asked: str, each: list[str]) -> None:
    assert [part.question for part in parts(asked)] == each


@pytest.mark.parametrize(
    "asked",
    [
        "Who won the cup?",
        "What did Lind and Brandt say about the bridge?",
        "Who said “bread and what else”?",
        "Why did the north and south disagree?",
        "When and where was the bridge opened?",
        "latest on the ferry and the bridge",
    ],
)
def test_a_single_question_is_left_whole(asked: str) -> None:
    assert parts(asked) == ()


def test_both_parts_are_told_each_with_its_source(desk: Assistant) -> None:
    told = desk.ask("Which is longer, the bridge at Holm or the tunnel under the Serra?")
    assert "640 metres" in told.text and "3,200 metres" in told.text
    assert [c.number for c in told.citations] == list(range(1, len(told.citations) + 1))
    assert {c.article.id for c in told.citations} == {"bridge", "tunnel"}
    assert all(desk.article(c.article.id).text[c.start : c.end] == c.quote for c in told.citations)


def test_a_part_that_the_articles_do_not_tell_is_named(desk: Assistant) -> None:
    told = desk.ask("How much did the tunnel under the Serra cost and how much did the opera in Lund cost?")
    assert not told.abstained and "410 million" in told.text
    assert "do not tell" in told.text and any("Lund" in name for name in told.unmentioned)


def test_the_second_part_is_not_told_the_first_answer_again(desk: Assistant) -> None:
    told = desk.ask("Who won the Ardell Cup and who scored in the last minute?")
    assert "Marsh Town have won" in told.text and "Leo Brandt" in told.text


def test_a_follow_up_is_not_told_the_same_again(desk: Assistant) -> None:
    first = desk.ask("Who won the Ardell Cup?")
    assert "Marsh Town have won" in first.text
    assert "Holm City" in desk.ask("Who did they beat?", [Turn("Who won the Ardell Cup?", first)]).text


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Wer hat den Pokal von Ardell gewonnen?", "de"),
        ("Combien a coûté le tunnel sous la Serra ?", "fr"),
        ("¿Cuánto costó el túnel bajo la Serra?", "es"),
        ("Quanto è lungo il ponte di Holm?", "it"),
        ("Hoe lang is de brug bij Holm?", "nl"),
        ("Quanto custou o túnel sob a Serra?", "pt"),
        ("Who won the Ardell Cup?", None),
        ("ardell cup winner", None),
        ("What did Angela Merkel and Die Zeit say?", None),
        ("Los Angeles fires death toll", None),
        ("de Gaulle", None),
    ],
)
def test_the_language_of_a_question(question: str, code: str | None) -> None:
    found = language_of(question)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("question", "language", "leads"),
    [
        ("Wie lang ist die Brücke in Holm?", "auf Deutsch", "The new bridge at Holm is open"),
        ("Combien a coûté le tunnel sous la Serra ?", "en français", "Tunnel under the Serra finished"),
        ("¿Quién ganó la Ardell Cup?", "en español", "Marsh Town win the Ardell Cup"),
    ],
)
def test_another_language_is_told_so_in_it_with_what_its_names_lead_to(
    desk: Assistant, question: str, language: str, leads: str
) -> None:
    told = desk.ask(question)
    assert told.abstained and not told.text.startswith(REFUSAL)
    assert language in told.text and leads in told.text
    assert leads in {c.article.title for c in told.closest}


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Who won the Ardell Cup in 2031?", "2031"),
        ("What tariff did Canada put on paper from Ardland?", "Canada"),
        ("How many elephants are allowed on the bridge at Holm?", "elephants"),
    ],
)
def test_nothing_is_said_of_another_than_the_question_names(desk: Assistant, question: str, named: str) -> None:
    told = desk.ask(question)
    assert told.abstained and named in told.unmentioned and named in told.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What tariff did Brazil put on paper from Ardland?", "12 per cent"),
        ("Who won the Ardell Cup in 2025?", "Marsh Town"),
        ("Are lorries allowed on the bridge at Holm?", "No lorries"),
    ],
)
def test_what_the_article_has_is_said(desk: Assistant, question: str, said: str) -> None:
    assert said in desk.ask(question).text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how many publishers are there?", "2 publishers: Coast News (2), The Courier (2)"),
        ("What is the oldest article?", "Brazil puts a tariff"),
        ("What is the newest article?", "Marsh Town win"),
        ("list the articles by Coast News", "2 articles"),
        ("how many articles by the Courier?", "2 articles"),
        ("do you have anything about paper?", "1 article mentions “paper”"),
        ("What did Coast News report in April 2025?", "The new bridge at Holm"),
        ("what was in the papers in February 2025?", "Brazil puts a tariff"),
        ("What did the papers say about the Serra tunnel?", "tunnel"),
        ("how are you?", "Hello"),
    ],
)
def test_the_library_and_its_papers_are_asked_about(desk: Assistant, question: str, said: str) -> None:
    told = desk.ask(question)
    assert not told.abstained and said in told.text


def test_one_name_is_found_under_each_way_to_write_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    articles = [
        Article(id=str(n), title=f"Visit {n}", text=f"{name} came to Holm on Monday and spoke of the harbour.")
        for n, name in enumerate(("Zelensky", "Zelenskyy", "Merkel"))
    ]  # fmt: skip
    with Assistant.open(tmp_path_factory.mktemp("names") / "library") as found:
        found.add(articles)
        assert "2 articles mention" in found.ask("How many articles mention Zelenskyy?").text
