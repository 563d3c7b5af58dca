"""The listing: pages in any order, by words, days and publishers; the histogram; previews; removal undone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from assistant import Article, ArticleNotFound, Assistant, Filter, InvalidValue
from index.stores.undo import Removed, RemovedLately
from tests.conftest import HARBOUR, article
from tests.site import page, serving
from tests.test_library import in_step
from tests.test_versions import NEW, OLD

FERRY = (
    "The ferry Astrid ran aground off Tolby on Friday with 212 people aboard, the coast guard said. "
    "Two lifeboats brought everybody ashore before midnight. The captain, Ola Brandt, blamed a broken buoy and fog. "
    "The company will pay for hotels and for the buses to Ekeby."
)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("many") / "library") as desk:
        texts = [f"Meeting {n} in ward {n % 7} of Astrup: the motion number {n} was lost." for n in range(60)]
        dated = [
            Article(id=f"m{n}", title=f"Meeting {n:02}", publisher=("Post", "the Courier", "Ådal 50%")[n % 3],
                    published=datetime(2025, 1, 1) + timedelta(days=n), text=text)
            for n, text in enumerate(texts)
        ]  # fmt: skip
        desk.add([*dated, Article(id="undated", title="Édition spéciale", text="A quiet note of the archivist Kiri.")])
        yield desk


def ids(desk: Assistant, *given: object, **options: object) -> list[str]:
    return [a.id for a in desk.listing(*given, **options).articles]  # type: ignore[arg-type]


def test_pages_follow_each_other_and_hold_every_article_once(many: Assistant) -> None:
    for sort in ("date", "title", "publisher"):
        for descending in (True, False):
            pages = [many.listing(sort=sort, descending=descending, offset=at, limit=25) for at in range(0, 75, 25)]
            assert [len(p.articles) for p in pages] == [25, 25, 11] and {p.total for p in pages} == {61}
            assert len({a.id for p in pages for a in p.articles}) == 61
            assert all(a.text == "" for p in pages for a in p.articles)
    assert ids(many, limit=2) == ["m59", "m58"] and ids(many, sort="title", descending=False, limit=1) == ["m0"]
    assert many.listing(sort="publisher", descending=True, limit=1).articles[0].publisher == "Ådal 50%"
    assert ids(many, offset=1000) == []


@pytest.mark.parametrize("wrong", [{"sort": "key; DROP"}, {"limit": 0}, {"limit": 5000}, {"offset": -1}])
def test_a_page_that_cannot_be_is_refused(many: Assistant, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        many.listing(**wrong)  # type: ignore[arg-type]


def test_words_are_looked_for_in_title_and_publisher_and_in_the_text(many: Assistant) -> None:
    assert ids(many, "meet 07") == ["m7"]  # parts of words of the title
    assert len(ids(many, "courier")) == 20 and len(ids(many, "50%")) == 20 and ids(many, "_") == []
    assert ids(many, "ÉDITION") == ["undated"]
    assert ids(many, "archivist") == ["undated"] == ids(many, "a quiet note")
    assert ids(many, "motions 33") == ["m33"]  # in the text, by their stems
    assert many.listing("nowhere").total == 0 and many.histogram("nowhere") == ()


def test_a_filter_holds_for_pages_and_bars(many: Assistant) -> None:
    january = Filter(date(2025, 1, 1), date(2025, 1, 31), publishers=("THE COURIER",))
    assert many.listing(where=january).total == 10 == sum(bar.articles for bar in many.histogram(where=january))
    assert many.listing(where=Filter(until=date(2025, 1, 1))).total == 1
    assert many.listing(where=Filter(until=date(2025, 1, 1), undated=True)).total == 2
    assert ids(many, where=Filter(article_ids=("m3", "m4", "x"))) == ["m4", "m3"]
    assert many.listing("meeting", where=january).total == 10
    assert dict(many.publishers()) == {"Post": 20, "the Courier": 20, "Ådal 50%": 20}


def test_bars_are_days_weeks_months_or_years_without_a_gap(desk: Assistant) -> None:
    def bars(first: str, last: str) -> list[tuple[date, date, int]]:
        with_days = [
            replace(OLD, id=day, url=None, title=day, published=datetime.fromisoformat(day)) for day in (first, last)
        ]
        desk.remove([a.id for a in desk.articles()])
        desk.add([replace(a, text=f"Note {a.id} of the archive.") for a in with_days])
        return [(b.start, b.end, b.articles) for b in desk.histogram()]

    days = bars("2025-03-01", "2025-03-03")
    assert days == [(d, d, n) for d, n in zip((date(2025, 3, i) for i in (1, 2, 3)), (1, 0, 1), strict=True)]
    weeks = bars("2025-01-01", "2025-04-30")
    assert weeks[0] == (date(2024, 12, 30), date(2025, 1, 5), 1) and len(weeks) == 18 and weeks[-1][2] == 1
    months = bars("2023-11-05", "2025-02-28")
    assert months[0][:2] == (date(2023, 11, 1), date(2023, 11, 30)) and months[-1][:2] == (
        date(2025, 2, 1),
        date(2025, 2, 28),
    )
    years = bars("1999-05-01", "2025-02-28")
    assert [b[0].year for b in years] == list(range(1999, 2026)) and years[0][1] == date(1999, 12, 31)


def test_a_row_tells_its_copies_versions_and_state(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        first = article(FERRY, "Ferry aground", "2025-03-01")
        copy = article(FERRY + " Reporting by the agency.", "Ferry runs aground", "2025-03-02", "Post")
        desk.add([first, copy, OLD]), desk.add(NEW)
        page_ = desk.listing()
        assert page_.copies == {first.id: 1} and page_.copy_of == {copy.id: first.id}
        assert page_.versions == {"bridge": 1}
        assert page_.states == {first.id: "ready", copy.id: "copy", "bridge": "ready"}


def test_a_preview_tells_what_would_go_in_and_adds_nothing(tmp_path: Path) -> None:
    with serving() as site, Assistant.open(tmp_path / "library", allow_hosts=["127.0.0.1"]) as desk:
        body = "\n\n".join([FERRY] * 2)
        address = site.put("/ferry", page("Ferry aground", body))
        (shown,) = desk.preview(address)
        assert shown.article and shown.article.title == "Ferry aground" and shown.article.publisher == "Harbour Post"
        assert "lifeboats" in shown.article.text and shown.outcome == "added"
        assert shown.problems == ("no date found",)
        assert desk.listing().total == 0
        desk.add(address)
        assert desk.preview(address)[0].outcome == "unchanged"  # read anew although it was read before
        (failed,) = desk.preview(site.address + "/missing")
        assert failed.article is None and failed.outcome == "failed" and "404" in failed.problems[0]
        (tmp_path / "short.txt").write_text("Too short.")
        (short,) = desk.preview(tmp_path / "short.txt")
        assert (
            short.problems == ("no title and no publisher and no date found", "only 2 words of text") or short.article
        )
        copy = Article(
            title="The same", text=desk.articles() and desk.article(desk.articles()[0].id).text, url="https://x.org/2"
        )
        assert desk.preview(copy)[0].outcome == "duplicates" and desk.preview(copy)[0].copy_of == desk.articles()[0].id
        assert len(desk.preview([Article(text=f"Note {n}") for n in range(99)], most=5)) == 5
        assert desk.listing().total == 1


def test_a_removal_is_undone_with_versions(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(OLD), desk.add(NEW)
        before = desk.history("bridge"), desk.article("bridge")
        desk.remove(["bridge"])
        with pytest.raises(ArticleNotFound):
            desk.article("bridge")
        assert not [f for f in (tmp_path / "library").glob("*.json") if "cracked" in f.read_text()]
        assert desk.restore(["bridge"]) == ("bridge",)
        assert (desk.history("bridge"), desk.article("bridge")) == before
        assert desk.retrieve("How many cables are cracked?") and in_step(desk._library)
        with pytest.raises(InvalidValue, match="cannot be put back"):
            desk.restore(["bridge"])


def test_a_removal_is_undone_with_copies(tmp_path: Path) -> None:
    stories = [article(FERRY + f" Edition {n}.", f"Ferry {n}", f"2025-03-0{n}", f"P{n}") for n in (1, 2, 3)]
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(stories)
        first, second, third = (a.id for a in stories)
        assert desk.listing().copy_of == {second: first, third: first}
        desk.remove([first])
        assert desk.listing().copy_of == {third: second}
        desk.restore([first])
        assert desk.listing().copy_of == {second: first, third: first} and in_step(desk._library)
        desk.remove([second, first])
        desk.restore([first, second])
        assert desk.listing().copies == {first: 2} and in_step(desk._library)
        desk.remove([third])
        desk.add(replace(stories[2], title="Anew"))
        assert desk.restore([third]) == () and desk.article(third).title == "Anew"


def test_what_is_put_back_hides_no_article_that_tells_something_else_by_now(tmp_path: Path) -> None:
    first, second = (article(FERRY + f" Edition {n}.", f"Ferry {n}", f"2025-03-0{n}", f"P{n}") for n in (1, 2))
    other = "The lighthouse of Astrup is lit again after nine years. Its keeper, Ida Brandt, lives there with two dogs."
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([first, second])
        desk.remove([first.id])
        desk.add(replace(second, text=other))
        desk.restore([first.id])
        assert desk.listing().copies == {} and desk.retrieve("lighthouse", k=1)[0].article.id == second.id
        desk.add(replace(second, text=second.text))
        desk.remove([second.id])  # a copy of the first
        desk.add(replace(first, text=other))
        desk.restore([second.id])
        assert desk.listing().copies == {} and second.id in {hit.article.id for hit in desk.retrieve("ferry", k=9)}
        assert in_step(desk._library)


def test_removing_and_undoing_do_not_wait_for_a_long_run(tmp_path: Path) -> None:
    stories = [article(FERRY + f" Edition {n}.", f"Ferry {n}", f"2025-03-0{n}", f"P{n}") for n in (1, 2)]
    begun, removed = threading.Event(), threading.Event()

    def slowly() -> Iterator[Article]:
        yield Article(id="first", text="The council of Astrup met on Monday.")
        begun.set()
        assert removed.wait(60)
        yield Article(id="last", text="The mayor of Quillan spoke on Tuesday.")

    with Assistant.open(tmp_path / "library") as desk:
        desk.add(stories)
        run = threading.Thread(target=desk.add, args=(slowly(),))
        run.start()
        assert begun.wait(60)
        desk.remove([stories[0].id])  # its copy takes its place, and needs vectors
        desk.restore([stories[0].id])
        desk.remove([stories[0].id])
        removed.set()  # the run ends only after this
        run.join()
        assert set(desk.listing().states.values()) == {"ready"} and in_step(desk._library)
        assert {a.id for a in desk.articles()} == {"first", "last", stories[1].id}


def test_what_was_removed_is_let_go_of_in_time_and_when_there_is_too_much() -> None:
    now = [0.0]
    kept = RemovedLately(lambda: now[0])
    kept.put([Removed(Article(id="a", text="x"))])
    now[0] = 601.0
    with pytest.raises(InvalidValue, match="10 minutes"):
        kept.take(["a"])
    kept.put([Removed(Article(id="b", text="x" * 30_000_000)), Removed(Article(id="c", text="x" * 30_000_000))])
    with pytest.raises(InvalidValue):
        kept.take(["b"])
    assert [one.article.id for one in kept.take(["c"])] == ["c"]


def test_the_pages_are_read_off_the_indexes(desk: Assistant) -> None:
    from index.stores.listing import SORTS, _rows, _wanted

    desk.add(article(HARBOUR, "More", "2025-01-01"))
    with desk._library.catalogue.reading() as db:
        for sort, columns in SORTS.items():
            for where in (Filter(), Filter(date(2025, 1, 1)), Filter(publishers=("Post",))):
                wanted, values = _wanted(db, None, where)
                order = ", ".join(f"{column} DESC" for column in columns)
                query = f"SELECT key FROM {_rows(None, where, sort)} WHERE {wanted} ORDER BY {order} LIMIT 5"
                plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
                assert not any("TEMP B-TREE" in step for step in plan), (sort, where, plan)
