"""Fit how features are added up: which passage first, which sentences to say, whether the library holds the answer.

    .venv/bin/python training/fit_weights.py collect --library LIB --questions Q.jsonl --reader FOLDER --out train.pkl
        [--window 300]
    .venv/bin/python training/fit_weights.py fit --train train.pkl [--also other.pkl ...] --dev dev.pkl
        [--write assistant/retrieval/weights.json]

`fit` prints the ablations, each set of features cross-validated over the training questions (5 folds) and then measured
on the others, which nothing is fitted on. Passages and sentences are fitted listwise (a softmax over a question's
candidates, the likelihood of those that hold the answer), confidence as a logistic regression, all with an L2 penalty.
--also: collected for the same questions with other windows (--window). Weights are then fitted on all of them, so that
they hang less on the accidents of one reading; measured is the first.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answer.extractive import SECOND_SENTENCE_LOGITS, WORDS, choose
from assistant.english.wording import holds
from assistant.question.answer_kind import Asks
from assistant.retrieval.evidence import Candidate, Evidence
from assistant.retrieval.features import Asked, Features, answer_features
from assistant.retrieval.reader import Reader, open_reader
from assistant.retrieval.reading_window import SIZE
from assistant.retrieval.search import DEPTH_PASSAGES, SEEN, matched, read
from index.library import Library
from index.types import Filter

BEFORE = timedelta(days=45)  # what a question is about had not happened: nothing older holds its answer
Matrix = NDArray[np.float64]


@dataclass
class Passage:
    """A passage found for a question: what speaks for it, its sentences, and whether each holds the answer."""

    article: str
    features: Features
    right: bool
    said: list[Candidate]
    said_right: list[bool]


@dataclass
class Case:
    """A question with its passages, in the order of the fusion; asks is what is needed of the question."""

    question: str
    answer: str
    kind: str
    asks: Asks
    passages: list[Passage]


def collect(
    library: Library, reader: Reader, questions: Sequence[dict[str, Any]], earlier: bool, size: int
) -> list[Case]:
    """A case of each question, read in windows of `size` characters; with `earlier`, also one of each answerable
    question before its news happened."""
    cases = []
    for row in questions:
        wheres = [(row["kind"], Filter())]
        if earlier and row["kind"] == "answerable":
            day = date.fromisoformat(row["date"].replace("/", "-"))
            wheres.append(("earlier", Filter(until=day - BEFORE)))
        for kind, where in wheres:
            cases.append(_case(library, reader, row["question"], row["answer"], kind, where, size))
    return cases


def _case(library: Library, reader: Reader, question: str, answer: str, kind: str, where: Filter, size: int) -> Case:
    asked = Asked(question, library)
    found = matched(library, question, DEPTH_PASSAGES, where, SEEN)
    hits = [one.hit for one in found]
    readings, features = read(asked, reader, found, size=size)
    evidence = Evidence(asked, hits, readings, features)
    passages = []
    for rank, hit in enumerate(hits):
        right = kind == "answerable" and holds((answer,), hit.passage.text)
        said = evidence.sentences_of(rank, hit) if hit.passage.id in readings else []
        passages.append(
            Passage(
                hit.article.id,
                features[hit.passage.id],
                right,
                said,
                [right and holds((answer,), c.text) for c in said],
            )
        )
    return Case(question, answer, kind, asked.kind, passages)


def listwise(groups: Sequence[tuple[Matrix, NDArray[np.bool_]]], penalty: float) -> Matrix:
    """The weights under which the right rows of each group get the most of its softmax. Rows are standardised."""
    groups = [(x, y) for x, y in groups if y.any() and not y.all()]

    def loss(w: Matrix) -> tuple[float, Matrix]:
        total, slope = penalty * float(w @ w), 2 * penalty * w
        for x, y in groups:
            z = x @ w
            p = np.exp(z - z.max())
            p /= p.sum()
            q = p * y
            q /= q.sum()
            total -= float(np.log((p * y).sum()))
            slope = slope + x.T @ (p - q)
        return total, slope

    width = groups[0][0].shape[1]
    found: Matrix = minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B").x
    return found


def matrix(rows: Sequence[Features], names: Sequence[str]) -> Matrix:
    """Shape (rows, names)."""
    return np.array([[row[name] for name in names] for row in rows], dtype=float).reshape(len(rows), len(names))


class Linear:
    """Weights for named features, fitted on standardised values and given for the raw ones."""

    def __init__(self, names: Sequence[str], raw: Matrix) -> None:
        self.names, self.raw = list(names), raw

    def __call__(self, rows: Sequence[Features]) -> Matrix:
        """The score of each row."""
        result: Matrix = matrix(rows, self.names) @ self.raw
        return result

    @classmethod
    def fitted(cls, names: Sequence[str], lists: Sequence[tuple[list[Features], list[bool]]], penalty: float) -> Linear:
        """Listwise over (features of each candidate, whether it is right)."""
        every = np.concatenate([matrix(rows, names) for rows, _ in lists])
        scale = every.std(0) + 1e-9
        w = listwise([(matrix(rows, names) / scale, np.array(right)) for rows, right in lists], penalty)
        return cls(names, w / scale)

    def as_dict(self) -> dict[str, float]:
        """The weights by name."""
        return {name: round(float(w), 5) for name, w in zip(self.names, self.raw, strict=True)}


def passages_of(case: Case, read: int) -> tuple[list[Features], list[bool]]:
    """The first `read` passages, the ones that a reader reads."""
    return [p.features for p in case.passages[:read]], [p.right for p in case.passages[:read]]


def ranked(case: Case, model: Linear, read: int) -> list[Passage]:
    """The first `read` passages by the model, the rest behind them."""
    first = case.passages[:read]
    order = np.argsort(-model([p.features for p in first]), kind="stable")
    return [*(first[i] for i in order), *case.passages[read:]]


def recalls(cases: Sequence[Case], model: Linear, read: int) -> dict[str, float]:
    """recall@k of the answerable."""
    asked = [case for case in cases if case.kind == "answerable"]
    places = [next((i for i, p in enumerate(ranked(case, model, read)) if p.right), 99) for case in asked]
    return {f"@{k}": round(sum(p < k for p in places) / len(places), 3) for k in (1, 3, 5, 10, 20)}


def sentence_lists(case: Case, model: Linear, read: int, take: int) -> tuple[list[Candidate], list[bool]]:
    """The sentences of the `take` best passages, with the rank those got, and whether each holds the answer."""
    said, right = [], []
    for rank, passage in enumerate(ranked(case, model, read)[:take]):
        for candidate, good in zip(passage.said, passage.said_right, strict=True):
            said.append(replace(candidate, rank=rank, features=candidate.features | {"rank": 1 / (1 + rank)}))
            right.append(good)
    return said, right


def weighed(case: Case, passage: Linear, sentence: Linear, read: int, take: int) -> list[Candidate]:
    """The sentences with their scores, best first."""
    said, _ = sentence_lists(case, passage, read, take)
    scores = sentence([c.features for c in said]) if said else []
    return sorted((replace(c, score=float(z)) for c, z in zip(said, scores, strict=True)), key=lambda c: -c.score)


def first_right(cases: Sequence[Case], passage: Linear, sentence: Linear, read: int, take: int) -> list[bool]:
    """Whether the best sentence holds the answer, for each answerable case."""
    firsts = [(case, weighed(case, passage, sentence, read, take)[:1]) for case in cases if case.kind == "answerable"]
    return [bool(found) and holds((case.answer,), found[0].text) for case, found in firsts]


def accuracy(cases: Sequence[Case], passage: Linear, sentence: Linear, read: int, take: int, near: float) -> list[bool]:
    """Whether the chosen sentences' first 60 words hold the answer, for each answerable case."""
    out = []
    for case in cases:
        if case.kind == "answerable":
            chosen = choose(case.asks, weighed(case, passage, sentence, read, take), near)
            out.append(holds((case.answer,), " ".join(" ".join(c.text for c in chosen).split()[:WORDS])))
    return out


def answer_rows(cases: Sequence[Case], passage: Linear, sentence: Linear, read: int, take: int) -> list[Features]:
    """The features of confidence of each case."""
    rows = []
    for case in cases:
        scores = [c.score for c in weighed(case, passage, sentence, read, take)]
        best = ranked(case, passage, read)
        rows.append(answer_features([p.features for p in best], [p.article for p in best], scores))
    return rows


def aurocs(cases: Sequence[Case], sure: Matrix) -> dict[str, float]:
    """Answerable against each other kind."""
    kinds = np.array([case.kind for case in cases])
    out = {}
    for kind in sorted(map(str, set(kinds) - {"answerable"})):
        keep = (kinds == "answerable") | (kinds == kind)
        out[kind] = round(float(roc_auc_score(kinds[keep] == "answerable", sure[keep])), 3)
    return out


LOOK = ["fused", "whole_cover", "title_cover", "newness", "depth"]  # what is known of a passage before it is read
PASSAGE_SETS = {
    "fusion": ["fused"],
    "covers, names, newness": ["fused", "title_cover", "whole_cover", "named", "newness"],
    "reader": ["fused", "answers", "word"],
    "reader, newness": ["fused", "answers", "word", "newness"],
    "reader, covers, newness": ["fused", "answers", "word", "whole_cover", "title_cover", "newness"],
    "reader, covers, newness, depth": ["fused", "answers", "word", "whole_cover", "title_cover", "newness", "depth"],
}
SENTENCE_SETS = {
    "words alone": ["word"],
    "words, passage": ["word", "answers", "rank"],
    "words, passage, cover": ["word", "answers", "rank", "cover"],
    "the same, newness, title": ["word", "answers", "rank", "cover", "newness", "title_cover"],
    "words, passage, echo, restates": ["word", "answers", "rank", "echo", "restates"],
    "all": [
        "word",
        "answers",
        "rank",
        "cover",
        "echo",
        "restates",
        "early",
        "newness",
        "title_cover",
    ],
    "no reader": ["rank", "cover", "early", "newness", "title_cover"],
}
ANSWER_SETS = {
    "sentence": ["sentence"],
    "covers, sentence": ["whole_cover", "named", "sentence"],
    "all": ["whole_cover", "named", "sentence", "cosine", "stands_out"],
}


def folds(cases: Sequence[Case], n: int = 5) -> list[tuple[list[Case], list[Case]]]:
    """(fit on, measure on) of each fold; a question and its earlier self fall into the same one."""
    questions = sorted({case.question for case in cases})
    random.Random(3).shuffle(questions)
    of = {question: i % n for i, question in enumerate(questions)}
    return [([c for c in cases if of[c.question] != i], [c for c in cases if of[c.question] == i]) for i in range(n)]


def fit_passages(cases: Sequence[Case], names: Sequence[str], read: int, penalty: float) -> Linear:
    """Weights of a passage's features."""
    return Linear.fitted(names, [passages_of(c, read) for c in cases if c.kind == "answerable"], penalty)


def fit_sentences(
    cases: Sequence[Case], passage: Linear, names: Sequence[str], read: int, take: int, penalty: float
) -> Linear:
    """Weights of a sentence's features."""
    lists = [sentence_lists(c, passage, read, take) for c in cases if c.kind == "answerable"]
    return Linear.fitted(names, [([c.features for c in said], right) for said, right in lists], penalty)


def fit_answers(
    cases: Sequence[Case], rows: Sequence[Features], names: Sequence[str], c: float
) -> tuple[Linear, float]:
    """Weights and bias of confidence; questions with an answer and without weigh the same."""
    x = matrix(rows, names)
    middle, scale = x.mean(0), x.std(0) + 1e-9
    right = np.array([case.kind == "answerable" for case in cases])
    kinds = [case.kind for case in cases]
    each = {k: KIND_WEIGHT.get(k, 0.0) / kinds.count(k) for k in set(kinds) - {"answerable"}}
    every = sum(each[k] for k in kinds if k in each)
    share = np.array([1.0 if k == "answerable" else each[k] * right.sum() / every for k in kinds])
    model = LogisticRegression(C=c, max_iter=1000).fit((x - middle) / scale, right, sample_weight=share)
    raw = model.coef_[0] / scale
    return Linear(names, raw), float(model.intercept_[0] - middle @ raw)


KIND_WEIGHT = {"out_of_library": 0.5, "unsupported": 0.25, "earlier": 0.25}


def report(
    train: list[Case], also: list[Case], dev: list[Case], arg: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Print the ablations; the weights of the fullest sets."""
    read, take = arg.read, arg.take
    times = (len(train) + len(also)) / len(train)
    penalty, c = arg.penalty * times, arg.c / times

    def wider(cases: list[Case]) -> list[Case]:
        questions = {case.question for case in cases}
        return cases + [case for case in also if case.question in questions]

    everything = wider(train)
    print("passages: fitted on train in 5 folds | fitted on all of train, measured on dev")
    for label, names in PASSAGE_SETS.items():
        parts: list[Case] = []
        places = []
        for fit_on, measure_on in folds(train):
            model = fit_passages(wider(fit_on), names, read, penalty)
            parts += measure_on
            for case in measure_on:
                if case.kind == "answerable":
                    places.append(next((i for i, p in enumerate(ranked(case, model, read)) if p.right), 99))
        crossed = {f"@{k}": round(sum(p < k for p in places) / len(places), 3) for k in (1, 3, 5, 10, 20)}
        model = fit_passages(everything, names, read, penalty)
        print(f"  {label:32} {crossed} | {recalls(dev, model, read)}")
    passage = fit_passages(everything, PASSAGE_SETS[arg.passage], read, penalty)
    print(f"  kept: {arg.passage}: {passage.as_dict()}\nsentences, {take} passages: accuracy")
    for label, names in SENTENCE_SETS.items():
        right: list[bool] = []
        first: list[bool] = []
        for fit_on, measure_on in folds(train):
            inner = fit_passages(wider(fit_on), PASSAGE_SETS[arg.passage], read, penalty)
            model = fit_sentences(wider(fit_on), inner, names, read, take, penalty)
            right += accuracy(measure_on, inner, model, read, take, arg.near)
            first += first_right(measure_on, inner, model, read, take)
        model = fit_sentences(everything, passage, names, read, take, penalty)
        on_dev = [f(dev, passage, model, read, take) for f in (first_right, partial(accuracy, near=arg.near))]
        figures = [np.mean(values) for values in (right, first, on_dev[1], on_dev[0])]
        print("  {:32} {:.3f}, first {:.3f} | {:.3f}, first {:.3f}".format(label, *figures))
    sentence = fit_sentences(everything, passage, SENTENCE_SETS[arg.sentence], read, take, penalty)
    print(f"  kept: {arg.sentence}: {sentence.as_dict()}")
    for near in (1.0, 2.0, 4.0, 6.0, 99.0):
        figures = [np.mean(accuracy(cases, passage, sentence, read, take, near)) for cases in (train, dev)]
        print(f"  within {near:4} of the best: train {figures[0]:.3f} | {figures[1]:.3f}")
    print("confidence: AUROC of answerable against")
    train_rows, dev_rows = (answer_rows(cases, passage, sentence, read, take) for cases in (everything, dev))
    for label, names in ANSWER_SETS.items():
        sure, order = np.zeros(len(train)), {id(case): i for i, case in enumerate(everything)}
        for fit_on, measure_on in folds(train):
            some = wider(fit_on)
            model, bias = fit_answers(some, [train_rows[order[id(case)]] for case in some], names, c)
            at = [order[id(case)] for case in measure_on]
            sure[at] = model([train_rows[i] for i in at]) + bias
        model, bias = fit_answers(everything, train_rows, names, c)
        print(f"  {label:32} {aurocs(train, sure)} | {aurocs(dev, model(dev_rows) + bias)}")
        if label == arg.answer:
            kept, kept_bias, kept_sure = model, bias, sure
    answer = kept.as_dict() | {"bias": round(kept_bias, 5)}
    for name, cases, z in (("train", train, kept_sure), ("dev", dev, kept(dev_rows) + kept_bias)):
        kinds = np.array([case.kind for case in cases])
        for cut in (0.3, 0.35, 0.4, 0.41, 0.42, 0.43, 0.44, 0.45, 0.5):
            low = 1 / (1 + np.exp(-z)) < cut
            shares = {kind: round(float(low[kinds == kind].mean()), 3) for kind in sorted(map(str, set(kinds)))}
            print(f"  {name} declined below {cut}: {shares}")
    print(f"  kept: {answer}")
    look = fit_passages(everything, LOOK, read, penalty)
    print(f"  look: {look.as_dict()} {recalls(train, look, read)} | {recalls(dev, look, read)}")
    return {"look": look.as_dict(), "passage": passage.as_dict(), "sentence": sentence.as_dict(), "answer": answer}


def main() -> None:
    """Collect, or fit."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = cli.add_subparsers(dest="part", required=True)
    one = parts.add_parser("collect")
    for name in ("--library", "--questions", "--reader", "--out"):
        one.add_argument(name, type=Path, required=True)
    one.add_argument("--earlier", action="store_true", help="ask each question of older articles too")
    two = parts.add_parser("fit")
    one.add_argument("--window", type=int, default=SIZE, help="characters")
    two.add_argument("--train", type=Path, nargs="+", required=True)
    two.add_argument("--also", type=Path, nargs="*", default=[])
    two.add_argument("--dev", type=Path, required=True)
    two.add_argument("--write", type=Path)
    two.add_argument("--read", type=int, default=SEEN)
    two.add_argument("--take", type=int, default=12)
    two.add_argument("--near", type=float, default=SECOND_SENTENCE_LOGITS)
    two.add_argument("--penalty", type=float, default=3.0)
    two.add_argument("--c", type=float, default=0.03)
    two.add_argument("--passage", default="reader, covers, newness, depth")
    two.add_argument("--sentence", default="words, passage")
    two.add_argument("--answer", default="covers, sentence")
    arg = cli.parse_args()
    if arg.part == "collect":
        with_library, reader = Library(arg.library), open_reader(str(arg.reader))
        questions = [json.loads(line) for line in re.split(r"\n", arg.questions.read_text(encoding="utf-8")) if line]
        start = time.monotonic()
        cases = collect(with_library, reader, questions, arg.earlier, arg.window)
        with_library.close()
        arg.out.write_bytes(pickle.dumps(cases))
        print(f"{len(cases)} cases in {time.monotonic() - start:.0f} s")
        return
    train = [case for path in arg.train for case in pickle.loads(path.read_bytes())]
    dev = pickle.loads(arg.dev.read_bytes())
    also = [case for path in arg.also for case in pickle.loads(path.read_bytes())]
    fitted = report(train, also, dev, arg)
    if arg.write:
        arg.write.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
