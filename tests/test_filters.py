"""A filter means the same everywhere: for words, vectors, counts, listings and earlier evidence (real stores)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Article, Assistant, Filter

FIRST = datetime(2024, 1, 1)
PUBLISHERS = ("Harbour Post", "The Meridian", "ÖSTLICHE ZEITUNG")
STORIES = [
    Article(
        id=f"ferry-{n}",
        title=f"Ferry {n}",
        text=f"The ferry of line {n} was late by {n + 3} minutes.",
        published=FIRST + timedelta(n) if n % 5 else None,
        publisher=PUBLISHERS[n % 2],
    )
    for n in range(30)
]
COPIES = [
    Article(
        id=f"copy-{n}",
        title=f"Late ferry {n}",
        text=STORIES[n].text,
        published=FIRST + timedelta(60),
        publisher=PUBLISHERS[2],
    )
    for n in (1, 8, 11)
]
HEAD = {copy.id: f"ferry-{copy.id.partition('-')[2]}" for copy in COPIES}
DAYS = st.none() | st.dates(date(2023, 12, 30), date(2024, 3, 5))
NAMES = st.lists(st.sampled_from([*PUBLISHERS, "harbour post", "Östliche Zeitung", "Nobody"]), max_size=2)
IDS = st.lists(st.sampled_from([*(a.id for a in [*STORIES, *COPIES]), "nothing"]), max_size=4)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    since, until = draw(DAYS), draw(DAYS)
    if since and until and since > until:
        since, until = until, since
    return Filter(since, until, tuple(draw(NAMES)), tuple(draw(IDS)), draw(st.booleans()))


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("filters") / "library") as desk:
        desk.add([*STORIES, *COPIES])
        yield desk


def admits(where: Filter, article: Article) -> bool:
    """What the documentation of Filter says, for one article by itself."""
    if (where.since or where.until) and article.day is None:
        return bool(where.undated and not where.since) and by_name(where, [article])
    day = article.day or date.min
    within = not (where.since and day < where.since) and not (where.until and day > where.until)
    return within and by_name(where, [article])


def by_name(where: Filter, articles: list[Article]) -> bool:
    names = {name.casefold() for name in where.publishers}
    published = not names or any((a.publisher or "").casefold() in names for a in articles)
    return published and (not where.article_ids or any(a.id in where.article_ids for a in articles))


def admits_story(where: Filter, story: Article) -> bool:
    """As `admits`, for what stands for its copies too: their publisher and id let it pass, its own day counts."""
    together = [story, *(copy for copy in COPIES if HEAD[copy.id] == story.id)]
    return admits(Filter(where.since, where.until, undated=where.undated), story) and by_name(where, together)


@settings(max_examples=150, deadline=None)
@given(where=filters())
def test_words_vectors_and_counts_admit_the_same_stories(ferries: Assistant, where: Filter) -> None:
    library = ferries._library
    wanted = {story.id for story in STORIES if admits_story(where, story)}
    assert {hit.article.id for hit in library.by_words("late ferry", 100, where)} == wanted
    vector = library.encoder.encode(["Which ferry was late?"])[0]
    assert {hit.article.id for hit in library.by_vector(vector, 100, where)} == wanted
    assert library.count(where) == len(wanted)
    assert library.passing([story.id for story in STORIES], where) == wanted


@settings(max_examples=150, deadline=None)
@given(where=filters())
def test_a_listing_admits_each_article_for_itself(ferries: Assistant, where: Filter) -> None:
    wanted = {a.id for a in [*STORIES, *COPIES] if admits(where, a)}
    listed = ferries.listing(where=where, limit=100)
    assert {a.id for a in listed.articles} == wanted and listed.total == len(wanted)
    dated = {a.id for a in [*STORIES, *COPIES] if a.id in wanted and a.day}
    assert sum(bar.articles for bar in ferries.histogram(where=where)) == len(dated)


def test_a_copy_in_an_earlier_answer_passes_by_what_stands_for_it(ferries: Assistant) -> None:
    by_reprinter = Filter(publishers=(PUBLISHERS[2],))
    assert ferries._library.passing({"ferry-8", "ferry-9", "copy-8"}, by_reprinter) == {"ferry-8", "copy-8"}
