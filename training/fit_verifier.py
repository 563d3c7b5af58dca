"""Fit the weights of the check: what each plain feature and the verifier's logit count for.

    PYTHONPATH=. python training/fit_verifier.py --claims claims.jsonl.xz --people people/ --out assistant/verify/weights.json

Logistic regression over Fool Me Twice (without the fifth put away), the training part of WiCE, made claims of news, and
the older statements about the sample articles, these twice as heavy as another set; within a set true and false weigh
the same, so that the threshold is one half. The verifier's logit is added with one weight, --verifier, chosen by eye over
all sets, among them the statements that were tuned on: it was trained on people's claims, and a fit over them would trust it too much.
"""

# ruff: noqa: E501
from __future__ import annotations

import argparse
import json
import lzma
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.verify.features import Text
from assistant.verify.support import Checker
from assistant.verify.verifier import open_verifier
from bench.claims import Encoder, Row, auroc, evidence, of_people, of_samples, put_away
from index.passages import sentences
from index.stores.words import stemmer
from index.types import Article

NAMES = (
    "words_best words_all pairs_best pairs_all triples_best triples_all near figures_best figures_all names_all denial verifier"
).split()
Measured = tuple[NDArray[np.float64], NDArray[np.bool_]]


def of_news(path: Path, many: int, name: str = "news away") -> list[Row]:
    """Made claims of news that the verifier was not trained on, over the evidence made for them."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["set"] == name]
    random.Random(7).shuffle(rows)
    out = []
    for place, row in enumerate(rows[:many]):
        title, _, told = row["evidence"].partition("\n")
        parts = tuple(told[a:b] for a, b in sentences(told)) or (title,)
        out.append(
            Row(
                "news", row["kind"], row["claim"], row["true"], Article(id=f"news-{place}", title=title, text=""), parts
            )
        )
    return out


def measured(rows: list[Row], checker: Checker, encode: Encoder) -> Measured:
    """The features of each claim over its best window, shape (claims, features), and which are true."""
    found = []
    for at in range(0, len(rows), 64):
        windows = []
        for row in rows[at : at + 64]:
            told = evidence(row, encode, checker.stems)
            windows.append(checker.windows(Text(row.claim, checker.stems), encode([row.claim])[0], told)[0])
        found += [[given[name] for name in NAMES] for given, _ in checker.judge(windows)]
    return np.array(found), np.array([row.true for row in rows])


def fitted(sets: list[Measured], use: NDArray[np.bool_], strength: float) -> tuple[NDArray[np.float64], float]:
    """Weights and bias."""
    x = np.concatenate([x for x, _ in sets])
    y = np.concatenate([y for _, y in sets])
    weight = np.concatenate([np.where(y, 0.5 / max(1, y.sum()), 0.5 / max(1, (~y).sum())) * 1000 for _, y in sets])
    scale = x.std(0) + 1e-9
    model = LogisticRegression(C=strength, max_iter=5000).fit((x / scale)[:, use], y, weight)
    weights = np.zeros(x.shape[1])
    weights[use] = model.coef_[0]
    return weights / scale, float(model.intercept_[0])


def balanced(score: NDArray[np.float64], true: NDArray[np.bool_], least: float) -> float:
    """Balanced accuracy at a threshold."""
    return float(((score > least)[true].mean() + (score <= least)[~true].mean()) / 2)


def main() -> None:
    """Fit, print, write."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--claims", type=Path, required=True)
    cli.add_argument("--people", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--kept", type=Path, help="keep what was measured in this file (.npz), for another fit")
    cli.add_argument("--strength", type=float, default=0.05)
    cli.add_argument("--verifier", type=float, default=0.2, help="the weight of the verifier's logit")
    arg = cli.parse_args()
    sets, tests = load(arg)
    use = np.array([name != "verifier" for name in NAMES])
    scores = []
    for name in sets:
        weights, bias = fitted([s for other, s in sets.items() if other != name], use, arg.strength)
        scores.append((sets[name][0] @ weights + bias, sets[name][1]))
        print(f"left out {name}: AUROC {auroc(*scores[-1]):.3f}, balanced at 0 {balanced(*scores[-1], 0.0):.3f}")
    weights, bias = fitted([*sets.values(), sets["samples, fitted on"]], use, arg.strength)
    weights[NAMES.index("verifier")] = arg.verifier
    for name, (x, y) in {**sets, **tests}.items():
        s = x @ weights + bias
        print(f"{name}: {len(y)}, AUROC {auroc(s, y):.3f}, balanced {balanced(s, y, 0.0):.3f}")
    rounded = {name: round(float(w), 4) for name, w in zip(NAMES, weights, strict=True) if w} | {"bias": round(bias, 4)}
    arg.out.write_text(json.dumps({"support": rounded}, indent=1) + "\n", encoding="utf-8")
    print(rounded)


def load(arg: argparse.Namespace) -> tuple[dict[str, Measured], dict[str, Measured]]:
    """The sets to fit on and those that are only printed."""
    if arg.kept and arg.kept.exists():
        kept = np.load(arg.kept)
        both = {name: (kept[name], kept[f"{name}|true"]) for name in kept.files if "|" not in name}
    else:
        encode = Encoder()
        checker = Checker(stemmer(), encode, open_verifier())
        people = arg.people / "claims.jsonl.gz"
        rows = {
            "fm2": list(
                of_people(people, lambda r: "fm2" if r["source"] != "wice" and not put_away(str(r["title"])) else "")
            ),
            "fm2 away": list(
                of_people(people, lambda r: "x" if r["source"] != "wice" and put_away(str(r["title"])) else "")
            ),
            "claims-dev": list(of_people(arg.people / "claims-dev.jsonl.gz", lambda _: "claims-dev")),
            "news": of_news(arg.claims, 1500),
            "less said": of_news(arg.claims, 10**6, "wice"),
        }
        for row in of_samples():
            if not row.set.endswith("put away"):
                rows.setdefault(row.set, []).append(row)
        both = {name: measured(of, checker, encode) for name, of in rows.items()}
        if arg.kept:
            np.savez(arg.kept, **{k: x for k, (x, _) in both.items()}, **{f"{k}|true": y for k, (_, y) in both.items()})
    only = ("fm2 away", "claims-dev", "samples, tuned on")
    return {k: v for k, v in both.items() if k not in only}, {k: v for k, v in both.items() if k in only}


if __name__ == "__main__":
    main()
