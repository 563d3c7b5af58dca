"""The check of a model's words: what is caught, what is struck by mistake, and what a reader gets to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from assistant.english.names import name_words
from assistant.english.numbers import numbers
from assistant.samples import folder
from assistant.types import NOT_SUPPORTED, REFUSAL
from assistant.untrusted import Cleaner, neutral
from assistant.verify.citations import Checked, check, declines, said
from assistant.verify.language import english, same_language
from assistant.verify.support import Checker
from assistant.verify.verifier import open_verifier
from bench.claims import Encoder, measured, of_samples, table
from index.library import Library
from index.sources.loading import load
from index.types import Filter, Hit

Check = Callable[..., Checked]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    opened = Library(tmp_path_factory.mktemp("statements") / "library")
    opened.add(load(folder()))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def hits(library: Library) -> list[Hit]:
    """The passages about the truce, then about the wolves."""
    of = {article.title: article.id for article in library.articles()}
    wanted = [next(of[title] for title in of if words in title) for words in ("30-day truce", "212 wolves")]
    return [
        hit
        for article_id in wanted
        for hit in sorted(
            library.by_words(library.article(article_id).text, 9, Filter(article_ids=(article_id,))),
            key=lambda hit: hit.passage.start,
        )
    ]


@pytest.fixture(scope="module")
def checked(library: Library, hits: list[Hit]) -> Check:
    checker = Checker(library.stems, library.encoder.encode, open_verifier())
    return lambda text, **options: check(text, hits, checker, **options)


# the measure


FLOORS = {"samples, fitted on": 0.78, "samples, tuned on": 0.66, "samples, put away": 0.58}


def test_statements_are_told_no_worse_than_when_the_weights_were_fitted() -> None:
    rows = list(of_samples())
    verdicts = measured(rows, Encoder())
    for part, floor in FLOORS.items():
        told = [(row.true, not verdict.problem) for row, verdict in zip(rows, verdicts, strict=True) if row.set == part]
        kept = [said for true, said in told if true]
        struck = [not said for true, said in told if not true]
        assert (sum(kept) / len(kept) + sum(struck) / len(struck)) / 2 >= floor, table(rows, verdicts)


# what a reader sees


def test_a_supported_sentence_is_cited_to_the_exact_sentence(library: Library, checked: Check) -> None:
    answer = checked("Putin set four conditions for a truce, NATO among them. [1] Norland has 31 packs of wolves.")
    assert [s.citations for s in answer.statements] == [(1,), (2,)]
    assert answer.text.endswith("Norland has 31 packs of wolves. [2]")  # it cited nothing: it got its citation
    for citation in answer.citations:
        text = library.article(citation.article.id).text
        assert text[citation.start : citation.end] == citation.quote
    assert "four conditions" in answer.citations[0].quote and "31 packs" in answer.citations[1].quote


def test_what_fails_is_marked_in_the_text_and_listed_with_the_reason(checked: Check) -> None:
    answer = checked("Putin flew to Rome to meet the Pope. [1] Norland has 212 wolves [2].")
    false, true = answer.statements
    assert not false.supported and false.citations == () and false.problem
    assert f"Putin flew to Rome to meet the Pope. {NOT_SUPPORTED}" in answer.text
    assert true.supported and answer.supported == 1


def test_strictly_it_is_left_out_and_nothing_is_put_in_its_place(checked: Check) -> None:
    answer = checked("Putin flew to Rome to meet the Pope. [1] Norland has 212 wolves. [2]", strict=True)
    assert [s.supported for s in answer.statements] == [False, True]
    assert answer.text == "Norland has 212 wolves. [1]" and len(answer.citations) == 1


@pytest.mark.parametrize("strict", [True, False])
def test_a_true_sentence_with_a_wrong_number_gets_the_right_one(checked: Check, strict: bool) -> None:
    answer = checked("Putin named seven conditions for a ceasefire. [1]", strict=strict)
    wrong, right = answer.statements
    assert not wrong.supported and wrong.problem == "the article says four, not seven"
    assert right.supported and answer.text == "Putin named four conditions for a ceasefire. [1]"


@pytest.mark.parametrize("said", ["Putin. [1]", "Witkoff [1]", "Yes. [1]", "Four. [1]"])
def test_a_bare_name_is_no_borne_out_answer(checked: Check, said: str) -> None:
    assert checked(said).supported == 0


def test_a_second_opinion_strikes_what_it_doubts_and_saves_nothing(checked: Check) -> None:
    text = "Norland has 212 wolves. [2] Putin flew to Rome to meet the Pope. [1]"
    assert [s.supported for s in checked(text, doubted=lambda sentences: frozenset()).statements] == [True, False]
    doubted = checked(text, doubted=lambda sentences: frozenset((0, 9)))
    assert doubted.supported == 0 and "model itself" in doubted.statements[0].problem


def test_a_true_sentence_with_the_wrong_source_does_not_count(checked: Check, hits: list[Hit]) -> None:
    wolves = len(hits)
    assert "wolves" in hits[-1].passage.text
    answer = checked(f"Putin set four conditions for a truce, NATO among them. [{wolves}]")
    assert answer.supported == 0


def test_a_number_that_no_passage_has_is_reported(checked: Check) -> None:
    answer = checked("Norland has 212 wolves. [99]")
    assert answer.supported == 1 and answer.statements[0].citations == (1,)
    assert "[99]" in answer.remarks[0] and "[99]" not in answer.text


def test_a_quotation_must_stand_there_word_for_word(checked: Check) -> None:
    right = checked("A diplomat called the demands “an opening bid, and a steep one”. [1]")
    wrong = checked("A diplomat called the demands “a final offer, and a fair one”. [1]")
    assert right.supported == 1 and wrong.supported == 0 and "final offer" in wrong.statements[0].problem


def test_a_sentence_in_another_language_is_checked_by_its_figures_and_says_so(checked: Check) -> None:
    right = checked("In Norland leben laut der Winterzählung inzwischen wieder 212 Wölfe in 31 Rudeln. [2]")
    wrong = checked("In Norland leben laut der Winterzählung inzwischen wieder 512 Wölfe in 31 Rudeln. [2]")
    assert right.supported == 1 and "another language" in right.remarks[0]
    assert wrong.supported == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is so. [1] Two are not [2].", [("One is so.", (1,)), ("Two are not.", (2,))]),
        ("It is closed [1, 3].", [("It is closed.", (1, 3))]),
        ("It is closed [1][2]. [4]", [("It is closed.", (1, 2, 4))]),
        ("It is closed. [2-4]", [("It is closed.", (2, 3, 4))]),
        ("- It is **closed** [passage 2]\n- It is open [^3]", [("It is closed", (2,)), ("It is open", (3,))]),
        ("He named two: they are these. [1]", [("He named two: they are these.", (1,))]),
        ("He named two:\n- peace [1]\n- bread [2]", [("He named two: peace", (1,)), ("bread", (2,))]),
        ("", []),
        ("[1]", []),
    ],
)
def test_markers_belong_to_the_sentence_they_follow(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(s.text, s.numbers) for s in said(text)] == expected


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        (REFUSAL, True),
        (f" “{REFUSAL}” [1]", True),
        (REFUSAL.lower().rstrip("."), True),
        ("The articles say so.", False),
    ],
)
def test_a_refusal_is_known_whatever_is_put_around_it(text: str, yes: bool) -> None:
    assert declines(text) is yes


# the parts


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It cost $140m, not $1.2bn.", [140e6, 1.2e9]),
        ("Some 2,300 people and 920 million crowns", [2300, 920e6]),
        ("twenty-one of 4.25 per cent at 9:15 p.m.", [21, 4.25, 9.15]),
        ("World War II and World War I", [2, 1]),
        ("a dozen, a pair, both", [12, 2, 2]),
    ],
)
def test_numbers_are_read_in_figures_and_words(text: str, values: list[float]) -> None:
    assert [n.value for n in numbers(text)] == values


def test_names_leave_out_openers_titles_and_days() -> None:
    assert name_words("On Friday Gov. Helena Prukner met Tom’s U.S. friend.") == ["Helena", "Prukner", "Tom", "U.S."]


def test_english_is_told_from_other_languages() -> None:
    assert english("The council voted for a line between the harbour and the university.") is True
    assert english("Der Rat stimmte am Mittwochabend mit 14 zu neun Stimmen für eine Linie.") is False
    assert english("普京提出了四个停火条件") is None
    assert same_language("What did he say about it?", "He said that it was over and that he would go.")


@pytest.mark.parametrize("step", [1, 3, 50])
def test_a_stream_is_cleaned_as_the_whole_would_be(step: int) -> None:
    text = (
        "<think>secret https://a.example</think>The bridge [1] is ![x](https://b.example/q?c=1) closed <b>now</b>.\n"
        "See https://example.org/kept, or www.c.example. 【2†source】 \x1b[2J <|im_end|> done"
    )
    cleaner = Cleaner(["https://example.org/kept"])
    streamed = "".join(cleaner.take(text[at : at + step]) for at in range(0, len(text), step)) + cleaner.rest()
    assert streamed == neutral(text, ["https://example.org/kept"])
    assert "https://example.org/kept," in streamed and "[2]" in streamed
    assert not any(bad in streamed for bad in ("secret", "b.example", "c.example", "<b", "\x1b", "im_end", "]("))
