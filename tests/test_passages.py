"""Sentences and passages: where they end, and that nothing is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder.open import load_encoder
from index.passages import Splitter, encoder_title, paragraphs, sentences
from index.types import Article

# The sentences the splitter was chosen by, "|" where one ends. Right of 23 such: sentencex 20, pysbd 20 (300 times
# slower), nupunkt 19, syntok 16.
BORDERS = [
    "U.S. President Donald Trump met Gov. Tim Walz.|He left.",
    "Mr. Trump spoke to Dr. Smith.|They agreed.",
    "She lives at No. 10 Downing Street.|It is old.",
    "The riot of Jan. 6 was recalled.|No one was hurt.",
    "It cost $3.5bn last year.|Shares rose 2.5 per cent.",
    "“We will win,” he said.|“They will not.”|Nobody clapped.",
    "J. K. Rowling wrote it.|J.R.R. Tolkien did not.",
    "He moved to the U.S.|The company followed.",
    "The meeting is at 5 p.m. on Friday.|Bring a pen.",
    "The meeting ended at 5 p.m.|Everyone left.",
    "Acme Inc. said profits rose.|Acme Corp. did not comment.",
    "“Are you sure?” she asked.|“Yes!” he cried.",
    "The St. Louis Cardinals beat the L.A. Dodgers.|Fans cheered.",
    "Prices rose 3.2% vs. 2.9% in Aug. 2023.|Analysts were surprised.",
    '"I don\'t know," Lt. Gen. Mark Milley said.|"Ask Gen. Austin."',
    "The U.K. government and the E.U. agreed.|Washington, D.C. police disagreed.",
    "Prof. Alice B. Carter et al. found it.|It was new.",
    "Sgt. 1st Class Alwyn Cashe was honored.|He died in 2005.",
    "Martin Luther King Jr. Day was marked.|Crowds came.",
    "Trump (R.) won.|Biden lost ... and left.",
]


@pytest.mark.parametrize("marked", BORDERS)
def test_sentences_end_where_a_reader_ends_them(marked: str) -> None:
    wanted = marked.split("|")
    text = " ".join(wanted)
    assert [text[a:b] for a, b in sentences(text)] == wanted


def test_a_sentence_never_crosses_a_paragraph() -> None:
    text = "A heading without a full stop\n\nThe first sentence. The second\n\nThe third."
    assert [text[a:b] for a, b in sentences(text)] == [
        "A heading without a full stop",
        "The first sentence.",
        "The second",
        "The third.",
    ]


def test_lines_wrapped_at_a_fixed_width_are_one_paragraph() -> None:
    lines = ["The committee met on Thursday evening to hear what the engineers had"] * 6
    text = "\n".join(lines) + " found.\n\nNobody objected."
    assert len(paragraphs(text)) == 2


@given(st.text(max_size=400))
def test_sentences_hold_every_character_that_is_not_white_space(text: str) -> None:
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    encoder = load_encoder()
    return Splitter(encoder.count_tokens, encoder.max_tokens)


PROSE = st.lists(
    st.text("abc deé“”.,ß漢\n1", min_size=1, max_size=120) | st.just("The council voted 14 to 9 for the line. " * 4),
    min_size=1,
    max_size=30,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=300), text=PROSE)
def test_passages_are_exact_ordered_and_fit_the_encoder(splitter: Splitter, title: str, text: str) -> None:
    made = Article(id="a", title=title, text=text)
    (passages,) = splitter.split([made])
    assert all(text[p.start : p.end] == p.text for p in passages)
    assert "".join("".join(p.text.split()) for p in passages) == "".join(text.split())
    assert all(before.end <= after.start for before, after in pairwise(passages))
    counts = splitter.count_tokens([f"{encoder_title(made.title)}\n{p.text}" for p in passages])
    assert all(count + 2 <= 256 for count in counts)


def test_counting_by_words_gives_the_tokeniser_s_own_count(splitter: Splitter) -> None:
    texts = ["Zelenskyy’s “30-day” truce, $3.5bn!", "naïve façade — 漢字 and emoji 🙂", ""]
    assert splitter._count(texts) == splitter.count_tokens(texts)


def test_passages_of_a_long_article_are_of_about_equal_size(splitter: Splitter) -> None:
    text = "\n\n".join(f"Item {n} was read out and the clerk wrote it down with care." for n in range(90))
    (passages,) = splitter.split([Article(title="Minutes", text=text)])
    lengths = [len(p.text) for p in passages]
    assert len(passages) > 3 and min(lengths) > 0.6 * max(lengths)
