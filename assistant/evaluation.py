"""The field's metrics over a file of questions, and one run compared with another, question by question.

A questions file is .jsonl, a question a line: `question`, and for one that the articles answer, `answer` (the words
that a right answer holds, or a list of such) and, if known, `gold_articles` (their ids). `kind` is "answerable" (the
default), "unsupported" (asked about here, but no article holds the answer), "out_of_library" (about other news), or
another word. `wrong`: sentences that answer wrongly, as people said. `since`, `until`, `publishers`, `article_ids`: the
question's filter. `newsdesk feedback --export` writes such a file of the thumbs that people gave.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.english.wording import holds, normal
from assistant.json_codec import as_json, filter_from
from index.errors import InvalidValue
from index.types import Filter

if TYPE_CHECKING:
    from assistant.interface import Desk

ANSWERABLE = "answerable"
KS = (1, 3, 5, 10, 20)
ANSWER_WORDS = 60  # an answer counts as right if its first 60 words, markers left out, hold the answer
BINS = 5  # of the reliability table


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """One question; answers: any of these words in an answer make it right; none if nothing does. wrong: sentences
    that answer it wrongly. where: its filter."""

    id: str
    text: str
    answers: tuple[str, ...] = ()
    kind: str = ANSWERABLE
    articles: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    where: Filter = Filter()


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """What came of one question.

    first, first_article: rank, from 1, of the first passage that holds the answer, and of the first that is out of a
    right article; 0 when none of the first 20 does. repeated: 1 when a sentence that people called wrong is said, 0
    when none is, None when they called none so.
    """

    id: str
    question: str
    kind: str
    right: bool
    refused: bool
    confidence: float
    first: int
    first_article: int
    gains: tuple[int, ...]
    exact: bool
    retrieve_ms: float
    ask_ms: float
    said: str
    repeated: int | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures by name, the rows they were made from, and the reliability table."""

    figures: Mapping[str, float]
    rows: Sequence[EvaluationRow] = field(default_factory=tuple)
    reliability: Sequence[tuple[float, float, int, float, float]] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return {"figures": dict(self.figures), "reliability": self.reliability, "rows": [asdict(r) for r in self.rows]}

    @classmethod
    def from_json(cls, file: Path) -> Evaluation:
        """An earlier run, from the file it was written to."""
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            rows = [EvaluationRow(**{**row, "gains": tuple(row["gains"])}) for row in kept["rows"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InvalidValue(
                f"{file} cannot be compared with ({error}); name a file that `newsdesk evaluate --out FILE` wrote"
            ) from error
        return cls(kept["figures"], rows, [tuple(row) for row in kept["reliability"]])


def read_questions(file: Path) -> list[EvaluationQuestion]:
    """The questions of a .jsonl file. InvalidValue, with the line, for one that cannot be used."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue(f"{file} cannot be read: {error}") from error
    questions = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            answers = row.get("answer") or ()
            questions.append(
                EvaluationQuestion(
                    str(row.get("id", number)),
                    row["question"],
                    (answers,) if isinstance(answers, str) else tuple(answers),
                    row.get("kind", ANSWERABLE),
                    tuple(row.get("gold_articles") or ()),
                    tuple(row.get("wrong") or ()),
                    filter_from({name: row[name] for name in as_json(Filter()) if name in row}),
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidValue(
                f'{file}, line {number}: {error!r}. A line is a JSON object such as {{"question": "…", "answer": "…"}}'
            ) from error
        last = questions[-1]
        if last.kind == ANSWERABLE and not (last.answers or last.articles):
            raise InvalidValue(f'{file}, line {number}: an answerable question needs "answer" or "gold_articles"')
    if not questions:
        raise InvalidValue(f"{file} holds no questions")
    return questions


def evaluate(
    desk: Desk, questions: Sequence[EvaluationQuestion], tell: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Ask every question and retrieve for it, and score both. tell: called with (done, of)."""
    rows = []
    for done, question in enumerate(questions, 1):
        rows.append(_row(desk, question))
        if tell:
            tell(done, len(questions))
    return Evaluation(_figures(rows), rows, reliability(rows))


def _row(desk: Desk, question: EvaluationQuestion) -> EvaluationRow:
    start = time.perf_counter()
    hits = desk.retrieve(question.text, k=max(KS), where=question.where)
    asked = time.perf_counter()
    answer = desk.ask(question.text, where=question.where)
    end = time.perf_counter()
    ids = [hit.article.id for hit in hits]
    from_right = [i in question.articles for i in ids]
    gains = [holds(question.answers, hit.passage.text) for hit in hits] if question.answers else from_right
    said = " ".join(re.sub(r"\[\d+(?:\s*,\s*\d+)*\]", " ", answer.text).split()[:ANSWER_WORDS])
    by_article = any(c.article.id in question.articles for c in answer.citations)
    right = not answer.abstained and (holds(question.answers, said) if question.answers else by_article)
    return EvaluationRow(
        question.id,
        question.text,
        question.kind,
        right and question.kind == ANSWERABLE,
        answer.abstained,
        answer.confidence,
        gains.index(True) + 1 if any(gains) else 0,
        from_right.index(True) + 1 if any(from_right) else 0,
        tuple(map(int, gains)),
        all(desk.article(c.article.id).text[c.start : c.end] == c.quote for c in answer.citations),
        (asked - start) * 1e3,
        (end - asked) * 1e3,
        answer.text,
        _repeated(question.wrong, [c.quote for c in answer.citations]),
    )


def _repeated(wrong: Sequence[str], quotes: Sequence[str]) -> int | None:
    """1 when a quote holds, or stands in, a sentence that was called wrong; None when none was."""
    said, called = [normal(quote) for quote in quotes], [normal(sentence) for sentence in wrong]
    return int(any(a in b or b in a for a in said for b in called)) if called else None


def _figures(rows: Sequence[EvaluationRow]) -> dict[str, float]:
    figures: dict[str, float] = {"questions": len(rows)}
    asked = [row for row in rows if row.kind == ANSWERABLE]
    if asked:
        for k in KS:
            figures[f"recall@{k}"] = _mean(0 < row.first <= k for row in asked)
        figures["ndcg@10"] = _mean(ndcg(row.gains, 10) for row in asked)
        figures["mrr"] = _mean(1 / row.first if row.first else 0.0 for row in asked)
        figures["answer_accuracy"] = _mean(row.right for row in asked)
        figures["false_refusals"] = _mean(row.refused for row in asked)
    for kind in sorted({row.kind for row in rows} - {ANSWERABLE}):
        others = [row for row in rows if row.kind == kind]
        figures[f"refusals_{kind}"] = _mean(row.refused for row in others)
        if asked:
            figures[f"auroc_{kind}"] = auroc([r.confidence for r in asked], [r.confidence for r in others])
    if rated := [row.repeated for row in rows if row.repeated is not None]:
        figures["wrong_again"] = _mean(rated)
    figures["citations_exact"] = _mean(row.exact for row in rows)
    for name, values in (("retrieve", [r.retrieve_ms for r in rows]), ("ask", [r.ask_ms for r in rows])):
        for share in (0.5, 0.95):
            figures[f"{name}_ms_p{share * 100:.0f}"] = sorted(values)[round(share * (len(values) - 1))]
    return figures


def _mean(values: Iterable[float]) -> float:
    return statistics.fmean(values)


def ndcg(gains: Sequence[int], k: int) -> float:
    """Normalised discounted cumulative gain of the first k (Järvelin and Kekäläinen 2002); 0 when nothing is relevant.

    gains: the relevance of each hit, best ranked first. The ideal ranking is that of the hits themselves.
    """
    ideal = _dcg(sorted(gains, reverse=True)[:k])
    return _dcg(gains[:k]) / ideal if ideal else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often a positive scores above a negative, ties counting half: 0.5 is chance, 1 perfect."""
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / (len(positive) * len(negative))


def reliability(rows: Sequence[EvaluationRow], bins: int = BINS) -> list[tuple[float, float, int, float, float]]:
    """For each bin of confidence: from, to, questions, mean confidence, share that the articles do answer."""
    out = []
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [r for r in rows if low <= r.confidence < high or (high == 1 and r.confidence == 1)]
        if inside:
            sure = _mean(r.confidence for r in inside)
            out.append((low, high, len(inside), sure, _mean(r.kind == ANSWERABLE for r in inside)))
    return out


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the same questions: figures that both have, wins and losses, and how likely such a split is by
    chance (two-sided sign test)."""

    figures: Mapping[str, tuple[float, float]]
    won: Sequence[str]
    lost: Sequence[str]
    p: float


def compare(before: Evaluation, after: Evaluation) -> Comparison:
    """What changed, over the answerable questions of both runs."""
    earlier = {row.id: row for row in before.rows if row.kind == ANSWERABLE}
    both = [(earlier[row.id], row) for row in after.rows if row.kind == ANSWERABLE and row.id in earlier]
    won = [new.question for old, new in both if new.right and not old.right]
    lost = [new.question for old, new in both if old.right and not new.right]
    shared = {name: (before.figures[name], now) for name, now in after.figures.items() if name in before.figures}
    return Comparison(shared, won, lost, sign_test(len(won), len(lost)))


def sign_test(won: int, lost: int) -> float:
    """The chance of a split at least this uneven if both were equally good: 0 to 1."""
    n, most = won + lost, max(won, lost)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(most, n + 1)) / 2**n) if n else 1.0
