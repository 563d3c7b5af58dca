"""Verifiers by name, and what is told for certain: numbers with their units, dates, quotations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.verify.certain import conflicts
from assistant.verify.quantities import quantities
from assistant.verify.verifier import NamedVerifier, label_of, logit_of, open_verifier
from index.errors import InvalidValue
from tests.programs import needs_torch


@dataclass(frozen=True)
class Told:
    text: str
    day: date | None = date(2024, 10, 8)  # a Tuesday


def wrong(claim: str, *evidence: str) -> bool:
    told = [Told(text) for text in evidence]
    return bool(conflicts(claim, told[0], told))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("About 2,000 people came.", "1,987 people came."),
        ("More than 70 people were hurt.", "The blast hurt 73 people."),
        ("Fewer than 80 people were hurt.", "The blast hurt 73 people."),
        ("The race was run over 2.5 kilometres.", "It was two and a half kilometres long."),
        ("Shares lost about 4 per cent.", "The shares fell by 4.1%."),
        ("There were 104 wolves five years ago.", "There are 212 wolves, against 104 five years ago."),
        ("On Tuesday 12 people were hurt.", "It injured 12 people on 8 October."),
        ("It happened in October 2024.", "It happened on Tuesday."),
        ("Twice as many came.", "There came 40, against 20."),
        ("He called it “a step back”.", "“A step back,” he said."),
    ],
)
def test_what_says_the_same_is_no_conflict(claim: str, evidence: str) -> None:
    assert not wrong(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It cost €420 million.", "The bridge cost $420 million."),
        ("It cost 420 billion crowns.", "The bridge cost 420 million crowns."),
        ("More than 80 people were hurt.", "The blast hurt 73 people."),
        ("It was dead for 40 hours.", "It was out of reach for 40 minutes."),
        ("There are 312 wolves.", "There are 212 wolves, against 104 five years ago."),
        ("Putin named five conditions.", "Putin named four conditions."),
        ("The ferry ran aground on Wednesday.", "The ferry ran aground on Tuesday."),
        ("He called it “a leap forward”.", "“A step back,” he said."),
        ("The fund holds 90,000,000,000 crowns.", "The fund is large."),
    ],
)
def test_another_number_unit_date_or_wording_is_a_conflict(claim: str, evidence: str) -> None:
    assert wrong(claim, evidence)


def test_a_number_must_agree_with_the_sentence_that_bears_the_claim() -> None:
    assert wrong("The ferry carried 14 passengers.", "The ferry carried 186 passengers.", "A crew of 14 was saved.")


def test_a_conflict_names_the_number_as_it_was_written() -> None:
    [conflict] = conflicts(
        "The fund holds 90,000,000,000 crowns.", Told("The fund is large."), [Told("The fund is large.")]
    )
    assert "90,000,000,000" in conflict.problem and "e+" not in conflict.problem


def test_units_and_bounds_are_read_beside_their_numbers() -> None:
    found = [(q.value, q.unit, q.bound) for q in quantities("Over $1.2bn and nearly 40 per cent in five years.")]
    assert found == [(1.2e9, "dollar", "over"), (40.0, "percent", "about"), (5.0, "year", "")]


@pytest.mark.parametrize(
    ("labels", "place"),
    [
        ({0: "contradiction", 1: "entailment", 2: "neutral"}, 1),
        ({0: "LABEL_0", 1: "LABEL_1"}, 1),
        ({0: "not_supported", 1: "supported"}, 1),
        ({0: "consistent", 1: "inconsistent"}, 0),
        ({0: "LABEL_0"}, 0),
        ({0: "apples", 1: "pears"}, None),
    ],
)
def test_the_label_that_says_borne_out_is_found(labels: dict[int, str], place: int | None) -> None:
    assert label_of(labels) == place


def test_a_logit_is_the_label_s_against_all_others() -> None:
    assert logit_of(np.array([1.5], np.float32), 0) == pytest.approx(1.5)
    assert logit_of(np.array([0.0, 2.0, 0.0], np.float32), 1) == pytest.approx(2.0 - np.log(2), abs=1e-6)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sequence classifier of the kind that is found on the hub, two layers small, with weights at random."""
    needs_torch()
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("classifier")
    words = "the river rose on monday council voted for a tram line no not".split()
    (folder / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]), encoding="utf-8"
    )
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=5 + len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        id2label={0: "contradiction", 1: "entailment", 2: "neutral"},
        label2id={"contradiction": 0, "entailment": 1, "neutral": 2},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def test_any_sequence_classifier_can_be_the_verifier(tiny: Path) -> None:
    verifier = open_verifier(str(tiny))
    assert isinstance(verifier, NamedVerifier) and verifier.judge([]) == []
    claim, evidence = "the council voted for a tram", "the river rose on monday"
    one, other = verifier.judge([(claim, evidence), (evidence, claim)])
    again = verifier.judge([(claim, evidence)])[0]
    assert one.logit == pytest.approx(again.logit, abs=1e-4) and one.logit != other.logit and one.wrong == ()


def test_a_verifier_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="no verifier"):
        open_verifier(str(tmp_path))


def test_ours_tells_the_words_that_are_not_borne_out() -> None:
    evidence = "The council voted 14 to nine on Wednesday for a tram line between the harbour and the university."
    right, wrong_ = open_verifier().judge(
        [
            ("The council voted for a tram line.", evidence),
            ("The council voted for a tram line in Paris in 1999.", evidence),
        ]
    )
    assert right.logit > wrong_.logit
    assert all(0 <= start < end <= 52 for start, end in wrong_.wrong)
