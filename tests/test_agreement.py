"""Where independent articles agree or differ, the answer says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Answer, Article, Assistant
from tests.conftest import article

FIRE = "A fire at the old paper mill in Tarnby injured {} firefighters on Monday night, the county fire service said."
MORE = "\n\nThe mill had stood empty since 2009. Neighbours were told to keep their windows closed."
QUESTION = "How many firefighters were injured in the fire at the paper mill in Tarnby?"


def asked(folder: Path, *articles: Article) -> Answer:
    with Assistant.open(folder / "library") as desk:
        desk.add(articles)
        return desk.ask(QUESTION)


def test_two_articles_that_give_different_figures_are_both_quoted_the_newer_first(tmp_path: Path) -> None:
    older = article(FIRE.format("four") + MORE, "Mill burns in Tarnby", "2025-03-04")
    newer = article(
        "Six firefighters were injured in the fire at the paper mill in Tarnby, the hospital said on Wednesday.\n\n"
        "Two of them are still being treated there.",
        "Mill fire: two still in hospital", "2025-03-06", "The Meridian",
    )  # fmt: skip
    answer = asked(tmp_path, older, newer)
    assert answer.agreement.differ and answer.text.startswith("The Meridian, 6 March 2025: “Six")
    assert [c.article.title for c in answer.citations] == [newer.title, older.title]
    assert "Earlier reports: Harbour Post, 4 March 2025: “A fire" in answer.text


def test_figures_of_the_same_day_differ_and_neither_is_the_newest_word(tmp_path: Path) -> None:
    one = article(FIRE.format("four") + MORE, "Mill burns in Tarnby", "2025-03-04")
    two = article(
        "Six firefighters were injured in the fire at the paper mill in Tarnby, the hospital said on Tuesday.",
        "Mill fire: six in hospital", "2025-03-04", "The Meridian",
    )  # fmt: skip
    answer = asked(tmp_path, one, two)
    assert answer.agreement.differ and answer.text.startswith("The articles differ.")
    assert "Earlier reports" not in answer.text


def test_figures_of_another_fire_do_not_differ(tmp_path: Path) -> None:
    one = article(FIRE.format("four") + MORE, "Mill burns in Tarnby", "2025-03-04")
    two = article(
        "Six firefighters were injured in the fire at the paper mill in Sorrel, the hospital said on Wednesday.",
        "Sorrel mill fire: six in hospital", "2025-03-06", "The Meridian",
    )  # fmt: skip
    answer = asked(tmp_path, one, two)
    assert not answer.agreement.differ and answer.citations[0].article.title == one.title


def test_what_another_article_denies_is_no_agreement(tmp_path: Path) -> None:
    first = article(
        "The crash of the ferry Astrid at Lowmere was caused by fog, the harbour master said.",
        "Astrid crash at Lowmere", "2025-03-04",
    )  # fmt: skip
    later = article(
        "The crash of the ferry Astrid at Lowmere was not caused by fog, inspectors said on Monday.",
        "Inspectors on the Astrid crash", "2025-04-14", "The Meridian",
    )  # fmt: skip
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, later])
        answer = desk.ask("What caused the crash of the ferry Astrid at Lowmere?")
    assert answer.agreement.articles == 1 and not answer.agreement.others


def test_articles_that_agree_in_other_words_are_counted(tmp_path: Path) -> None:
    one = article(FIRE.format("four") + MORE, "Mill burns in Tarnby", "2025-03-04")
    two = article(
        "Four firefighters were injured in Tarnby on Monday when the roof of a burning paper mill fell in.\n\n"
        "The cause of the fire is not known.",
        "Roof falls in at Tarnby mill", "2025-03-05", "The Meridian",
    )  # fmt: skip
    answer = asked(tmp_path, one, two)
    assert answer.agreement.articles == 2 and not answer.agreement.differ
    assert len(answer.agreement.others) == 1


@pytest.mark.parametrize("ending", ["", "\n\nThe road past the mill is open again."])
def test_the_same_words_in_two_papers_are_one_account(tmp_path: Path, ending: str) -> None:
    one = article(FIRE.format("four") + MORE, "Mill burns in Tarnby", "2025-03-04")
    two = article(FIRE.format("four") + MORE + ending, "Fire at mill", "2025-03-05", "The Meridian")
    assert asked(tmp_path, one, two).agreement.articles == 1
