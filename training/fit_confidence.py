"""Fit the confidence of an answer on several sets of questions, and print how reliable it is on each.

    .venv/bin/python training/fit_confidence.py collect --library LIB --questions Q.jsonl --out NAME.pkl
    .venv/bin/python training/fit_confidence.py fit --train NAME.pkl ... [--dev NAME.pkl ...]
        [--write assistant/retrieval/weights.json]

Questions go the whole way, as users' do. A logistic regression (L2) tells answerable ones from the others; every set
weighs the same, and within a set those with an answer as much as those without.

Printed for each number of features: AUROC of answerable against each other kind, in five folds over the sets trained on
and on each set left out of the fit (so: how well it travels); then a reliability table of each set, the share refused
at several cuts, and the weights.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.answer.confidence import features_of
from assistant.answer.extractive import WORDS, choose
from assistant.answer.pipeline import retrieving, understanding
from assistant.english.wording import holds
from assistant.question.understanding import Question
from assistant.retrieval.features import Features
from assistant.retrieval.reader import open_reader
from assistant.retrieval.search import search
from index.library import Library

KINDS = {"out_of_library": 0.75, "unsupported": 0.25}  # weight of each kind: some unsupported ones have an answer
CUTS = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
Matrix = NDArray[np.float64]
SETS = {
    "sentence alone": ["sentence"],
    "cosine alone": ["cosine"],
    "without cosine": ["whole_cover", "named", "sentence"],
    "kept": ["whole_cover", "named", "sentence", "cosine", "stands_out"],
}


@dataclass(frozen=True)
class Case:
    """A question, what speaks for its answer, and whether that was right (the answer's words in the first 60)."""

    question: str
    kind: str
    features: Features
    right: bool


def collect(library: Path, rows: Sequence[dict[str, Any]]) -> list[Case]:
    """A case of each question that is answered by search; of those about the library itself or a topic none."""
    cases = []
    opened = Library(library)
    find = understanding(opened, date.today) | retrieving(opened, partial(search, opened, open_reader()))
    for row in rows:
        found = find.invoke(Question(row["question"]))
        if found.understood.topic or found.understood.library or found.origin or not found.evidence.candidates:
            continue
        said = " ".join(c.text for c in choose(found.evidence.asked.kind, found.evidence.candidates))
        right = row["kind"] == "answerable" and holds((row["answer"],), " ".join(said.split()[:WORDS]))
        cases.append(Case(row["question"], row["kind"], features_of(found.evidence), right))
    opened.close()
    return cases


def matrix(cases: Sequence[Case], names: Sequence[str]) -> Matrix:
    """Shape (cases, names)."""
    return np.array([[case.features[name] for name in names] for case in cases], dtype=float)


def shares(cases: Sequence[Case]) -> Matrix:
    """The weight of each case of one set: shape (cases,), their sum is 1, half of it for the answerable."""
    counts = Counter(case.kind for case in cases)
    without = sum(KINDS[kind] for kind in counts if kind != "answerable")
    each = {kind: (1.0 if kind == "answerable" else KINDS[kind] / without) / 2 / n for kind, n in counts.items()}
    return np.array([each[case.kind] for case in cases])


def fitted(sets: Sequence[Sequence[Case]], names: Sequence[str], c: float) -> tuple[Matrix, float]:
    """Weights for the raw features, and the bias."""
    cases = [case for one in sets for case in one]
    weight = np.concatenate([shares(one) for one in sets]) * len(cases) / len(sets)
    x = matrix(cases, names)
    middle, scale = x.mean(0), x.std(0) + 1e-9
    right = [case.kind == "answerable" for case in cases]
    model = LogisticRegression(C=c, max_iter=2000).fit((x - middle) / scale, right, sample_weight=weight)
    raw = model.coef_[0] / scale
    return raw, float(model.intercept_[0] - middle @ raw)


def sure(cases: Sequence[Case], names: Sequence[str], model: tuple[Matrix, float]) -> Matrix:
    """The confidence of each case."""
    result: Matrix = 1 / (1 + np.exp(-(matrix(cases, names) @ model[0] + model[1])))
    return result


def aurocs(cases: Sequence[Case], found: Matrix) -> str:
    """Answerable against each other kind."""
    kinds = np.array([case.kind for case in cases])
    parts = []
    for kind in sorted(set(kinds) - {"answerable"}):
        keep = (kinds == "answerable") | (kinds == kind)
        parts.append(f"{kind} {roc_auc_score(kinds[keep] == 'answerable', found[keep]):.3f}")
    return ", ".join(parts)


def in_folds(sets: Sequence[Sequence[Case]], names: Sequence[str], c: float, n: int = 5) -> list[Matrix]:
    """The confidence of every case, fitted without the questions of its fold."""
    questions = sorted({case.question for one in sets for case in one})
    random.Random(3).shuffle(questions)
    fold = {question: i % n for i, question in enumerate(questions)}
    found = [np.zeros(len(one)) for one in sets]
    for i in range(n):
        model = fitted([[case for case in one if fold[case.question] != i] for one in sets], names, c)
        for one, of in zip(sets, found, strict=True):
            at = [k for k, case in enumerate(one) if fold[case.question] == i]
            of[at] = sure([one[k] for k in at], names, model)
    return found


def table(name: str, cases: Sequence[Case], found: Matrix) -> None:
    """The reliability of one set: in each part of the confidences, how many, how sure, how often answerable and
    right."""
    kinds = np.array([case.kind for case in cases])
    right = np.array([case.right for case in cases])
    print(f"{name}: {aurocs(cases, found)}")
    for low, high in ((0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        part = (found >= low) & (found < high)
        if part.any():
            held, good, mean = (of[part].mean() for of in (kinds == "answerable", right, found))
            print(f"  {low:.1f}- {part.sum():5d} sure {mean:.2f} held {held:.2f} right {good:.2f}")
    for cut in CUTS:
        refused = {kind: round(float((found[kinds == kind] < cut).mean()), 3) for kind in sorted(set(kinds))}
        print(f"  refused below {cut}: {refused}")


def report(train: dict[str, list[Case]], dev: dict[str, list[Case]], keep: str, c: float) -> dict[str, float]:
    """Print what each number of features gives; the weights of those kept."""
    sets = list(train.values())
    for label, names in SETS.items():
        folds = in_folds(sets, names, c)
        print(f"{label}: {', '.join(names)}")
        for i, (name, cases) in enumerate(train.items()):
            others = sets[:i] + sets[i + 1 :]
            left = f" | left out: {aurocs(cases, sure(cases, names, fitted(others, names, c)))}" if others else ""
            print(f"  {name}: {aurocs(cases, folds[i])}{left}")
        for name, cases in dev.items():
            print(f"  {name} (measured only): {aurocs(cases, sure(cases, names, fitted(sets, names, c)))}")
    names = SETS[keep]
    for (name, cases), found in zip(train.items(), in_folds(sets, names, c), strict=True):
        table(f"{name}, in folds", cases, found)
    model = fitted(sets, names, c)
    for name, cases in dev.items():
        table(f"{name}, measured only", cases, sure(cases, names, model))
    weights = {name: round(float(w), 5) for name, w in zip(names, model[0], strict=True)}
    return weights | {"bias": round(model[1], 5)}


def main() -> None:
    """Collect, or fit."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = cli.add_subparsers(dest="part", required=True)
    one = parts.add_parser("collect")
    for name in ("--library", "--questions", "--out"):
        one.add_argument(name, type=Path, required=True)
    two = parts.add_parser("fit")
    two.add_argument("--train", type=Path, nargs="+", required=True)
    two.add_argument("--dev", type=Path, nargs="*", default=[])
    two.add_argument("--keep", default="kept", choices=list(SETS))
    two.add_argument("--c", type=float, default=0.3)
    two.add_argument("--write", type=Path)
    arg = cli.parse_args()
    if arg.part == "collect":
        rows = [json.loads(line) for line in arg.questions.read_text(encoding="utf-8").split("\n") if line]
        start = time.monotonic()
        cases = collect(arg.library, rows)
        arg.out.write_bytes(pickle.dumps(cases))
        print(f"{len(cases)} cases in {time.monotonic() - start:.0f} s")
        return
    train, dev = ({path.stem: pickle.loads(path.read_bytes()) for path in paths} for paths in (arg.train, arg.dev))
    weights = report(train, dev, arg.keep, arg.c)
    print(weights)
    if arg.write:
        kept = json.loads(arg.write.read_text(encoding="utf-8"))
        arg.write.write_text(json.dumps(kept | {"answer": weights}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
