"""Wrong types are answered at once by an error that says what to give; what programs have at hand can be added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document

from assistant import Article, Assistant, Filter, InvalidValue

ANY: Any = None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda desk: desk.ask(None), "a question is a text, not None"),
        (lambda desk: desk.ask(["why"]), "a question is a text, not a list"),
        (lambda desk: desk.ask("why", turns="before"), r"turns is a list of Turn\(question, answer\)"),
        (lambda desk: desk.ask("why", turns=7), "turns is a list of Turn"),
        (lambda desk: desk.retrieve("why", k="8"), "k is a whole number, not a str: '8'"),
        (lambda desk: desk.retrieve("why", k=True), "k is a whole number, not a bool"),
        (lambda desk: desk.retrieve("why", k=0), "k must be 1 to 1000, not 0"),
        (lambda desk: desk.retrieve("why", where={}), r"where is a Filter.*, not a dict"),
        (lambda desk: desk.listing(where={"since": 2024}), "where is a Filter"),
        (lambda desk: desk.count(where="all"), "where is a Filter"),
        (lambda desk: desk.as_retriever(k=2.5), "k is a whole number, not a float"),
        (lambda desk: desk.remove("a"), "remove takes a list of ids"),
        (lambda desk: desk.remove(None), "remove takes a list of ids"),
        (lambda desk: desk.restore([7]), "an article's id is a text, not an int: '7'"),
        (lambda desk: desk.add(None), "a NoneType cannot be added; give a path"),
        (lambda desk: desk.add(7), "a int cannot be added"),
        (lambda desk: desk.add(b"text"), "a bytes cannot be added"),
        (lambda desk: desk.add([7]), "item 1 is a int; give a path"),
    ],
)
def test_a_wrong_type_is_an_error_that_says_what_to_give(
    desk: Assistant, call: Callable[[Any], object], message: str
) -> None:
    with pytest.raises(InvalidValue, match=message):
        call(desk)
    assert len(desk.articles()) == 3


def test_a_single_mapping_is_an_article(desk: Assistant) -> None:
    assert desk.add({"id": "one", "headline": "Pool", "text": "The pool is open."}).added == ("one",)
    assert desk.article("one").title == "Pool"
    assert desk.add({"title": "no text"}).failed[0][0] == "the article"


def test_documents_of_langchain_are_articles(desk: Assistant) -> None:
    known = {"source": "https://example.org/pool", "title": "Pool", "authors": ["Ann Lee"], "start_index": 0}
    one = Document(page_content="The pool is open.", metadata=known)
    two = Document(page_content="The library is shut.", metadata={"source": "/tmp/library.txt"}, id="two")
    first, second = (desk.article(i) for i in (*desk.add(one).added, *desk.add([two]).added))
    assert (first.title, first.url, first.authors) == ("Pool", "https://example.org/pool", ("Ann Lee",))
    assert (second.id, second.url, second.publisher) == ("two", None, None)
    assert desk.add(one).unchanged == (first.id,)


def test_a_list_of_paths_is_read_path_by_path(desk: Assistant, tmp_path: Path) -> None:
    (tmp_path / "pool.txt").write_text("Pool opens\n\nThe pool is open.")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rows.jsonl").write_text('{"id": "row", "text": "A row."}\n')
    gone = str(tmp_path / "gone.txt")
    report = desk.add([tmp_path / "pool.txt", str(tmp_path / "more"), gone, Article(id="given", text="Given.")])
    assert len(report.added) == 3 and {"row", "given"} <= set(report.added)
    assert [source for source, _ in report.failed] == [gone] and "no such file" in report.failed[0][1]


def test_what_a_generator_gave_before_it_raised_goes_in(desk: Assistant) -> None:
    def rows() -> Iterator[dict[str, str]]:
        for n in range(5):
            yield {"id": f"row-{n}", "text": f"Row {n} tells of {n} ferries."}
        raise OSError("the database went away")

    report = desk.add(rows())
    assert report.added == tuple(f"row-{n}" for n in range(5)) and desk.pending == 0
    assert report.failed == (("item 6", "what gives the articles raised OSError: the database went away"),)
    assert len(desk.articles()) == 8 and desk.check()


def test_a_wrong_item_among_others_is_reported_and_the_rest_goes_in(desk: Assistant) -> None:
    report = desk.add([Article(id="a", text="One."), ANY, {"id": "b", "text": "Two."}])
    assert report.added == ("a", "b") and report.failed[0][0] == "item 2"
    assert report.failed[0][1].startswith("it is a NoneType; give a path")


def test_an_interrupted_add_keeps_what_came_before(desk: Assistant) -> None:
    def rows() -> Iterator[Article]:
        yield Article(id="first", text="The first row.")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.add(rows())
    assert desk.article("first").text == "The first row."
    assert desk.retrieve("first row", k=1, where=Filter(article_ids=("first",)))
