"""A timeline: a row for each date, quoted exactly, copies counted once, and the figure that is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant import Article, Assistant, Filter
from assistant.answer.figures import figures, of_one_kind, wants_figure
from assistant.answer.timeline import TimelineRow
from tests.test_cli import newsdesk

AGENCY = (
    "The number of dead after the quake at Orrin reached 27 on Wednesday, the civil protection agency said. Soldiers "
    "searched the ruins of the spinning mill, where the night shift had been at work. The government promised 5 "
    "million crowns for shelter, and the school of Orrin became a hospital with 90 beds."
)


def told(publisher: str, day: str, title: str, text: str) -> Article:
    return Article(
        id=f"{publisher}-{day}", title=title, publisher=publisher, published=datetime.fromisoformat(day), text=text
    )


QUAKE = (
    told("Wire", "2025-06-02", "Quake hits Orrin",
         "A quake of magnitude 6.1 struck the town of Orrin on Monday morning. At least three people were killed, the "
         "mayor said, and 200 houses fell down."),
    told("Post", "2025-06-03", "Orrin digs for the missing",
         "The death toll in Orrin climbed to 15 on Tuesday as diggers reached the market hall. "
         "Some 80 people were hurt."),
    told("Wire", "2025-06-04", "Orrin quake: 27 dead", AGENCY),
    told("Courier", "2025-06-04", "Quake toll at 27", AGENCY + " Reporting by the agency."),
    told("Meridian", "2025-06-04", "Night in Orrin",
         "Families slept in the park of Orrin. Officials have counted 27 dead since the quake."),
    told("Post", "2025-06-05", "What Orrin built",
         "Inspectors had warned of the brick halls of Orrin for years. The number of dead after the quake at Orrin "
         "reached 27 on Wednesday, the civil protection agency said."),
    told("Meridian", "2025-06-06", "Orrin buries its dead",
         "Orrin buried 34 people on Friday, all those who died in the quake, at a service in the stadium."),
    told("Wire", "2025-06-03", "Ferry fares rise in Tolby",
         "A ticket for the ferry at Tolby costs 12 crowns from Tuesday."),
    told("Wire", "2025-06-10", "Ferry fares cut",
         "After protests a ferry ticket in Tolby costs only 9 crowns, the company said."),
)  # fmt: skip


@pytest.fixture(scope="module")
def quake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("quake") / "library") as desk:
        desk.add(QUAKE)
        yield desk


def values(rows: tuple[TimelineRow, ...]) -> list[tuple[str, float | None]]:
    return [(row.day.isoformat(), row.value) for row in rows]


@pytest.mark.parametrize(
    "question", ["How many people died in the quake at Orrin?", "the death toll of the Orrin quake"]
)
def test_a_rising_toll_reads_as_a_story(quake: Assistant, question: str) -> None:
    timeline = quake.timeline(question)
    assert values(timeline.rows) == [
        ("2025-06-02", 3.0), ("2025-06-03", 15.0), ("2025-06-04", 27.0), ("2025-06-06", 34.0),
    ]  # fmt: skip
    assert timeline.unit == "" and timeline.drawn == timeline.rows and timeline.searched.articles == 8
    for number, row in enumerate(timeline.rows, 1):
        c = row.citation
        assert quake.article(c.article.id).text[c.start : c.end] == c.quote and c.number == number
        assert row.text == " ".join(c.quote.split()) and c.article.day == row.day and c.article.text == ""


def test_copies_and_reprints_count_once(quake: Assistant) -> None:
    rows = {row.day.day: row for row in quake.timeline("How many people died in the quake at Orrin?").rows}
    assert rows[4].articles == 2  # the agency's report and its copy are one, the Meridian's count is another
    assert 5 not in rows  # only a reprint of the day before


def test_a_price_has_its_unit(quake: Assistant) -> None:
    timeline = quake.timeline("What does a ferry ticket in Tolby cost?")
    assert [(row.value, row.unit) for row in timeline.rows] == [(12.0, "crowns"), (9.0, "crowns")]


def test_a_filter_and_a_time_in_the_question_hold(quake: Assistant) -> None:
    asked = "How many people died in the quake at Orrin?"
    later = quake.timeline(asked, Filter(since=date(2025, 6, 4)))
    assert [row.day.day for row in later.rows] == [4, 6]
    wire = quake.timeline(asked, Filter(publishers=("Wire",))).rows
    assert wire and {row.citation.article.publisher for row in wire} == {"Wire"}
    since = quake.timeline("How many people have died in the quake at Orrin since 4 June 2025?")
    assert [row.value for row in since.rows] == [27.0, 34.0] and since.searched.where.since == date(2025, 6, 4)


def test_news_at_large_is_told_by_the_leads_of_each_day(quake: Assistant) -> None:
    rows = quake.timeline("What is known about the quake at Orrin?").rows
    assert [row.day.day for row in rows][:2] == [2, 4] and rows[0].text.startswith("A quake of magnitude 6.1")
    assert all(row.value is None for row in rows)


def test_a_story_is_told_and_a_name_may_be_shortened(tmp_path: Path) -> None:
    fire = (
        told("Wire", "2024-07-10", "Fire on Mount Olvar",
             "A wildfire on Mount Olvar has burned 400 hectares since Monday."),
        told("Post", "2024-07-12", "Blaze doubles",
             "The fire on Mount Olvar doubled overnight and has destroyed 1,150 hectares of pine, firefighters said."),
        told("Courier", "2024-07-15", "Rain slows Olvar fire",
             "Rain slowed the Olvar fire, which had burned 2,300 hectares by Sunday; 1,400 people are in shelters."),
    )  # fmt: skip
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(fire)
        hectares = desk.timeline("How many hectares has the fire on Mount Olvar burned?")
        assert [(row.value, row.unit) for row in hectares.rows] == [
            (400.0, "hectares"), (1150.0, "hectares"), (2300.0, "hectares"),
        ]  # fmt: skip
        assert len(desk.timeline("What happened on Mount Olvar?").rows) >= 2


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_library_of_few_articles_on_one_subject_is_not_shy(tmp_path: Path, size: int) -> None:
    """In it every passage has the subject's words, and one that none has ("die") would count for more than them all."""
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(QUAKE[:size])
        answer = desk.ask("How many people died in the quake at Orrin?")
        assert not answer.abstained and answer.confidence > 0.5


def test_what_the_articles_do_not_tell_has_no_rows(quake: Assistant) -> None:
    timeline = quake.timeline("How many goals did Astrup score in the final?")
    assert timeline.rows == () and timeline.note and timeline.drawn == ()


def test_the_samples_tell_the_flood(samples: Assistant) -> None:
    rows = samples.timeline("How many people died in the Vessa flood?").rows
    assert values(rows) == [("2024-06-02", 4.0), ("2024-06-04", 9.0), ("2024-06-09", 11.0)]


def test_the_command_prints_it(tmp_path_factory: pytest.TempPathFactory, quake: Assistant) -> None:
    folder = tmp_path_factory.mktemp("command") / "library"
    with Assistant.open(folder) as desk:
        desk.add(QUAKE[:3])
    done = newsdesk("timeline", "How many people died in the quake at Orrin?", "-l", folder)
    assert "2025-06-03  15\n    The death toll in Orrin climbed to 15" in done.stdout
    done = newsdesk("timeline", "How many people died in the quake at Orrin?", "--json", "-l", folder)
    assert [row["value"] for row in json.loads(done.stdout)["rows"]] == [3.0, 15.0, 27.0]


def stems(text: str) -> list[str]:
    return [word.strip(".,?").lower().rstrip("s") for word in text.split()]


@pytest.mark.parametrize(
    ("question", "sentence", "best"),
    [
        ("How much did it cost?", "It cost $1.2 billion over 3 years from 2019.", (1.2e9, "$")),
        ("What is inflation?", "Inflation fell to 2.9 per cent in December 2024, after 3.1% in May.", (2.9, "%")),
        ("How many wolves are there?", "The count found 212 wolves in 31 packs on 5 March.", (212.0, "wolves")),
        ("How many people died?", "Fifty-three people died at 9:30 a.m. on 12 May 2025.", (53.0, "")),
        ("What was the score?", "Astrup won 3-1 on Sunday.", None),
        ("How long is it?", "It is 40 kilometres long.", (40.0, "kilometres")),
    ],
)
def test_the_figure_of_a_sentence(question: str, sentence: str, best: tuple[float, str] | None) -> None:
    found = figures(sentence, question, stems, lambda a, b: 0.0)
    assert (found[0].value, found[0].unit) == best if best else found == []
    for figure in found:
        assert sentence[figure.start : figure.end].strip()


def test_figures_of_another_kind_are_not_drawn_on_one_line() -> None:
    price, share = (figures(t, "it", stems, lambda a, b: 0.0) for t in ("It is 5 euros.", "It is 3 per cent."))
    drawn, unit = of_one_kind([price, share, price])
    assert unit == "euros" and [f and f.value for f in drawn] == [5.0, None, 5.0]
    assert of_one_kind([[], []]) == ([None, None], "")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [("How many came?", True), ("the price of grain", True), ("Why is the price high?", False), ("Who came?", False)],
)
def test_which_questions_want_a_figure(question: str, wanted: bool) -> None:
    assert wants_figure(question) is wanted
