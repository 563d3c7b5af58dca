"""How well the check tells claims that are borne out from those that are not, on sets that it was not fitted to.

    python -m bench.claims --people shared/bench/people

Prints balanced accuracy at the shipped threshold and AUROC, for the shipped weights and for the plain features alone:
claims-dev (WiCE, over whole web pages), the fifth of Fool Me Twice put away before training (over its own evidence)
and the statements about the sample articles, those tuned on and those never looked at, by kind.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.samples import folder
from assistant.verify.features import Text
from assistant.verify.support import Checker, Sentence, Verdict
from assistant.verify.verifier import open_verifier
from index.encoder.open import load_encoder
from index.encoder.types import Vectors
from index.passages import sentences
from index.sources.loading import load
from index.stores.words import stemmer
from index.types import Article

STATEMENTS = Path(__file__).parent.parent / "tests" / "statements.jsonl"


@dataclass(frozen=True)
class Row:
    """A claim with the sentences of the article that it is held against."""

    set: str
    kind: str
    claim: str
    true: bool
    article: Article
    told: tuple[str, ...]


def of_people(path: Path, keep: Callable[[dict[str, object]], str]) -> Iterator[Row]:
    """The claims of a file; keep: a row to the name of its set, "" to leave it out."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if not (name := keep(row)):
                continue
            meta = {m[1]: m[2] for s in row["evidence"] if (m := re.match(r"\(meta data\) ([A-Z ]+): (.*)", s))}
            told = tuple(s for s in row["evidence"] if not s.startswith("(meta data)"))
            day = meta.get("PUBLISHED DATETIME", "")[:10]
            published = (
                datetime.fromisoformat(day).replace(tzinfo=UTC) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None
            )
            article = Article(
                id=row["id"], title=row.get("title") or meta.get("TITLE", ""), published=published, text=""
            )
            yield Row(name, row["label"], row["claim"], row["supported"], article, told)


def of_samples(path: Path = STATEMENTS) -> Iterator[Row]:
    """The statements about the sample articles, by part."""
    articles = {
        Path(a.url or "").name: a for item in load(folder()) if isinstance(a := getattr(item, "article", None), Article)
    }
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        article = articles[row["article"]]
        told = tuple(article.text[a:b] for a, b in sentences(article.text))
        yield Row(f"samples, {row['part']}", row["kind"], row["text"], row["kind"] == "true", article, told)


class Encoder:
    """The shipped encoder, each text encoded once."""

    def __init__(self) -> None:
        self._encoder = load_encoder()
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for at in range(0, len(new), 256):
            some = new[at : at + 256]
            self._known.update(zip(some, self._encoder.encode(some), strict=True))
        return np.stack([self._known[text] for text in texts])


def evidence(row: Row, encode: Encoder, stems: Callable[[str], list[str]]) -> list[Sentence]:
    """The sentences of a row as the check is given them."""
    vectors = encode(row.told)
    out, at = [], 0
    for text, vector in zip(row.told, vectors, strict=True):
        out.append(Sentence(1, row.article, text, at, at + len(text), Text(text, stems), vector))
        at += len(text) + 1
    return out


def checker_of(encode: Encoder) -> Checker:
    """The check as it is shipped."""
    stems = lru_cache(maxsize=None)(stemmer())
    return Checker(lambda text: list(stems(text)), encode, open_verifier())


def auroc(score: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    """The area under the curve."""
    rank = np.argsort(np.argsort(score, kind="stable"), kind="stable") + 1.0
    n = int(true.sum())
    return float((rank[true].sum() - n * (n + 1) / 2) / (n * (len(true) - n)))


def table(rows: Sequence[Row], verdicts: Sequence[Verdict]) -> str:
    """The figures by set, and of each set the share taken for borne out by kind."""
    lines = ["| set | claims | balanced accuracy | AUROC | taken for borne out, by kind |", "|---|---|---|---|---|"]
    sets: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        sets[row.set].append(place)
    for name, places in sets.items():
        true = np.array([rows[i].true for i in places])
        said = np.array([not verdicts[i].problem for i in places])
        score = np.array([verdicts[i].support - 2 * bool(verdicts[i].certain) for i in places])
        balanced = (said[true].mean() + (~said[~true]).mean()) / 2
        kinds: dict[str, list[bool]] = defaultdict(list)
        for i in places:
            kinds[rows[i].kind].append(not verdicts[i].problem)
        by_kind = ", ".join(f"{kind} {np.mean(of):.2f} of {len(of)}" for kind, of in sorted(kinds.items()))
        lines.append(f"| {name} | {len(places)} | {balanced:.3f} | {auroc(score, true):.3f} | {by_kind} |")
    return "\n".join(lines)


def measured(rows: Sequence[Row], encode: Encoder) -> list[Verdict]:
    """The verdict on each row."""
    checker = checker_of(encode)
    return [checker.check(row.claim, evidence(row, encode, checker.stems)) for row in rows]


def put_away(title: str) -> bool:
    """Whether an article of Fool Me Twice is in the fifth that only measures; as in training/make_claims.py."""
    import hashlib

    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % 5 == 0


def main() -> None:
    """Print the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--people", type=Path, help="the folder with claims.jsonl.gz and claims-dev.jsonl.gz")
    cli.add_argument("--samples", action="store_true", help="the statements about the sample articles too")
    arg = cli.parse_args()
    rows: list[Row] = []
    if arg.people:
        rows += of_people(arg.people / "claims-dev.jsonl.gz", lambda _: "claims-dev")
        rows += of_people(
            arg.people / "claims.jsonl.gz",
            lambda row: (
                "Fool Me Twice, put away" if put_away(str(row.get("title", ""))) and row["source"] != "wice" else ""
            ),
        )
    if arg.samples or not arg.people:
        rows += of_samples()
    print(table(rows, measured(rows, Encoder())))


if __name__ == "__main__":
    main()
