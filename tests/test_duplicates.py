"""Copies of one story: recognised when added, hung on the earliest, handed over; look-alikes stay apart."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from assistant import Article, Assistant, Filter
from index.stores.catalogue import Catalogue
from index.stores.near_copies import same_story, signature
from tests.planted import Planted, edited, planted, samples, trimmed
from tests.test_library import in_step

LONG = samples()["truce-terms"].text


def groups(catalogue: Catalogue) -> dict[str, int]:
    """Which group of copies each article is in, once everything is found by words."""
    catalogue.found_by_words([row.key for row in catalogue.in_state("pending", 10_000)])
    with catalogue.reading() as db:
        rows = db.execute("SELECT id, coalesce(copy_of, key) FROM articles WHERE state != 'gone'")
        return dict(rows.fetchall())


def pairs(of: dict[str, object]) -> set[frozenset[str]]:
    together = defaultdict(list)
    for name, group in of.items():
        together[group].append(name)
    return {frozenset(pair) for names in together.values() for pair in combinations(names, 2)}


def f1(found: Iterable[frozenset[str]], true: Iterable[frozenset[str]]) -> float:
    found, true = set(found), set(true)
    return 2 * len(found & true) / (len(found) + len(true))


@pytest.mark.parametrize("seed", [2, 3, 5])
def test_planted_copies_are_told_from_look_alikes(tmp_path: Path, seed: int) -> None:
    plan: Planted = planted(seed)
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3")
    for article in plan.articles:
        catalogue.take_in(article)
    found, true = pairs(groups(catalogue)), pairs(dict(plan.family))
    assert len(true) >= 200
    assert f1(found, true) >= 0.95
    assert len(found - true) <= 0.01 * len(true)  # a look-alike taken for a copy would hide an article
    catalogue.close()


def test_a_signature_is_the_same_in_every_process() -> None:
    code = f"from index.stores.near_copies import signature; print(signature({LONG!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(signature(LONG)) and len(signature(LONG)) == 32
    assert signature("Too short to tell.") == ()


def test_the_same_form_with_other_figures_is_no_copy() -> None:
    report = "The index closed at {} points, up {} per cent. Turnover was {} million and {} shares rose while {} fell. "
    one = (report * 3).format(*range(100, 115))
    assert same_story(one, one) and not same_story(one, (report * 3).format(*range(500, 515)))


def later(article: Article, hours: int) -> Article:
    from datetime import timedelta

    assert article.published
    return replace(article, published=article.published + timedelta(hours=hours))


@pytest.fixture
def first() -> Article:
    from datetime import UTC, datetime

    return Article(
        id="first", title="Terms", text=LONG, url="https://a.test/1", publisher="Agency",
        published=datetime(2025, 3, 14, 6, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def reprint(first: Article) -> Article:
    import random

    text = edited(first.text, random.Random(4))
    return replace(
        later(first, 5), id="reprint", title="Other words", url="https://b.test/1", text=text, publisher="Post"
    )


def test_a_near_copy_hangs_on_the_earliest_and_is_neither_counted_nor_cited_twice(
    tmp_path: Path, first: Article, reprint: Article
) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(first)
        assert desk.add(reprint).duplicates == (("reprint", "first"),)
        answer = desk.ask("what are Putin's ceasefire conditions")
        assert {c.article.id for c in answer.citations} == {"first"} and answer.searched.articles == 1
        assert [copy.id for copy in desk.copies("first")] == ["reprint"]
        assert desk.article("reprint").text == reprint.text and in_step(desk._library)


def test_an_earlier_copy_that_comes_later_becomes_the_primary(tmp_path: Path, first: Article, reprint: Article) -> None:
    third = replace(later(first, 9), id="third", url="https://c.test/1")
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([reprint, third])
        assert desk.add(first).added == ("first",)
        assert [copy.id for copy in desk.copies("first")] == ["reprint", "third"]
        assert {hit.article.id for hit in desk.retrieve("ceasefire conditions", k=20)} == {"first"}
        assert desk.article("reprint").text == reprint.text and in_step(desk._library)


def test_the_order_in_which_copies_come_does_not_matter(tmp_path: Path, first: Article, reprint: Article) -> None:
    third = replace(later(first, 9), id="third", url="https://c.test/1")
    for number, order in enumerate(((third, reprint, first), (first, third, reprint), (reprint, first, third))):
        with Assistant.open(tmp_path / str(number)) as desk:
            desk.add(order)
            assert {hit.article.id for hit in desk.retrieve("ceasefire conditions", k=20)} == {"first"}
            assert len(desk.articles()) == 3 and in_step(desk._library)


def test_a_primary_that_is_removed_or_rewritten_hands_over_to_a_copy(
    tmp_path: Path, first: Article, reprint: Article
) -> None:
    third = replace(later(first, 9), id="third", url="https://c.test/1")
    other = samples()["tram-vote"].text
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, reprint, third])
        assert desk.add(replace(first, text=other)).updated == ("first",)
        found = {hit.article.id for hit in desk.retrieve("Putin ceasefire conditions", k=20)}
        assert found == {"first", "reprint"} and [c.id for c in desk.copies("reprint")] == ["third"]
        desk.remove(["reprint"])
        assert desk.retrieve("Putin ceasefire conditions", k=1)[0].article.id == "third"
        assert len(desk.articles()) == 2 and in_step(desk._library)


def test_a_primary_that_is_only_edited_keeps_its_copies(tmp_path: Path, first: Article, reprint: Article) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, reprint])
        desk.add(replace(first, text=first.text + "\n\nThis article was corrected on Saturday."))
        assert [copy.id for copy in desk.copies("first")] == ["reprint"]
        assert {hit.article.id for hit in desk.retrieve("ceasefire conditions", k=20)} == {"first"}
        assert in_step(desk._library)


def test_a_copy_that_is_rewritten_stands_for_itself(tmp_path: Path, first: Article, reprint: Article) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, reprint])
        desk.add(replace(reprint, text=samples()["tram-vote"].text))
        assert desk.copies("first") == [] and len(desk.articles()) == 2
        assert desk.retrieve("tram vote", k=1)[0].article.id == "reprint" and in_step(desk._library)


def test_a_trimmed_reprint_is_recognised_whichever_came_first(tmp_path: Path, first: Article) -> None:
    import random

    short = replace(later(first, 2), id="short", url="https://b.test/2", text=trimmed(first.text, random.Random(1)))
    for number, order in enumerate(((first, short), (short, first))):
        with Assistant.open(tmp_path / str(number)) as desk:
            desk.add(order)
            assert [copy.id for copy in desk.copies("first")] == ["short"] and in_step(desk._library)


def test_an_update_that_tells_much_more_is_found_and_the_first_report_hangs_on_it(
    tmp_path: Path, first: Article
) -> None:
    short = replace(first, text=first.text[: len(first.text) // 2].rpartition("\n")[0])
    update = replace(later(first, 6), id="update", url="https://a.test/2", text=first.text)
    for number, order in enumerate(((short, update), (update, short))):
        with Assistant.open(tmp_path / str(number)) as desk:
            desk.add(order)
            assert {hit.article.id for hit in desk.retrieve("ceasefire conditions", k=20)} == {"update"}
            assert [copy.id for copy in desk.copies("update")] == ["first"] and in_step(desk._library)


def test_a_story_is_found_under_every_publisher_that_has_it(tmp_path: Path, first: Article, reprint: Article) -> None:
    other = Article(id="other", title="Trams", text="The Post counted 14 trams in Astrup.", publisher="Post")
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, reprint, other])
        for name in ("Agency", "Post"):
            found = desk.retrieve("Putin's ceasefire conditions", where=Filter(publishers=(name,)))
            assert found[0].article.id == "first"
        assert not desk.retrieve("ceasefire", where=Filter(publishers=("Nobody",)))
        asked = desk.ask("what are Putin's ceasefire conditions, according to the Post")
        assert asked.searched.articles == 2 and asked.citations[0].article.id == "first"


def test_what_is_forgotten_leaves_no_bands(tmp_path: Path, first: Article, reprint: Article) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, reprint])
        desk.remove(["first", "reprint"])
        with desk._library.catalogue.reading() as db:
            assert db.execute("SELECT (SELECT count(*) FROM bands), (SELECT count(*) FROM articles)").fetchone() == (
                0,
                0,
            )


def test_also_in_is_said_with_the_answer(tmp_path: Path, first: Article, reprint: Article) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, reprint])
    command = [sys.executable, "-m", "newsdesk", "ask", "what are Putin's ceasefire conditions", "-l"]
    done = subprocess.run([*command, str(tmp_path / "library")], capture_output=True, text=True, check=False)
    assert "also in: Other words — Post — 2025-03-14" in done.stdout
