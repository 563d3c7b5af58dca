"""Make training lists for the reader: a question, one passage that answers it, and three that do not.

    .venv/bin/python training/make_lists.py --library LIB --articles articles.jsonl.gz --questions questions.jsonl \
        --held-out other-questions.jsonl --out lists.jsonl

Two kinds. `labelled`: real questions with a known answer; the passages that hold the answer's words and enough of the
question's are positives, the others that were found are negatives (distant supervision). `cloze`: a sentence with a
name or figure taken out and a question word put in its place; passages of *other* articles that hold what was taken
out, and share rare words with the sentence, are positives (unsupervised question answering by cloze translation, Lewis
et al. 2019; inverse cloze task, Lee et al. 2019).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.library import Library
from index.passages import sentences
from index.types import Hit

NEGATIVES = 3
NAME = re.compile(r"\b[A-Z][\w'’-]+(?: (?:of |the |de |van )?[A-Z][\w'’-]+){1,3}")
FIGURE = re.compile(r"(?:[$£€]\s?)?\b\d[\d,.]*\d(?: (?:million|billion|percent|per cent))?|\b\d{1,3}%")
CAPITALISED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b(?![’'-]?\w| [A-Z])")
PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|across|outside|into) $")
SPEECH = re.compile(r"^,? (?:said|says|told|added|wrote|announced|who|was born|died|won|joined|has been named)\b")
CALENDAR = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|July|August|September|October|November|December"
)


def norm(text: str) -> str:
    """Lower case letters and digits only, single spaces: how an answer is looked for in a passage."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def holds(answer: str, text: str) -> bool:
    """Whether the answer's words stand in the text, in order."""
    return f" {norm(answer)} " in f" {norm(text)} "


def clozes(text: str, random_: random.Random) -> Iterator[tuple[str, str]]:
    """(question, what was taken out) for one sentence of some length, if it has a name or figure to take out."""
    found = [m for m in NAME.finditer(text) if not CALENDAR.search(m[0])]
    figures = list(FIGURE.finditer(text))
    singles = list(CAPITALISED.finditer(text))
    pool = found * 3 + figures + singles
    if not pool:
        return
    match = random_.choice(pool)
    before, after = text[: match.start()], text[match.end() :]
    if match in figures:
        word = random_.choice(["how many", "how much", "what"])
    elif PLACE_BEFORE.search(before):
        word = random_.choice(["which city", "which country", "which place", "which state"])
    elif SPEECH.search(after):
        word = "who"
    else:
        word = random_.choice(["who", "what", "what", "which"])
    answer = re.sub(r"['’]s$", "", match[0])
    whose = "whose" if word == "who" and answer != match[0] else word
    question = f"{before}{whose}{after}"
    if random_.random() < 0.5 and len(before.split()) > 3:  # half of real questions are shorter: keep the nearer clause
        question = re.split(r"[,;–—] ", before)[-1] + whose + re.split(r"[,;–—] ", after)[0]
    if len(question.split()) >= 6:
        yield " ".join(question.strip(' .“”"').split()) + "?", answer


def cover(question: dict[str, float], text_stems: set[str]) -> float:
    """The share of the question's words, rare ones counting more, that stand in the text."""
    return sum(w for t, w in question.items() if t in text_stems) / (sum(question.values()) or 1.0)


def as_list(
    library: Library, question: str, answer: str, hits: list[Hit], least: float, random_: random.Random
) -> dict[str, Any] | None:
    """The list of one question, or None when there is no good positive or too few negatives."""
    terms = library.terms(question)
    positives, negatives = [], []
    for hit in hits:
        text = hit.passage.text
        if holds(answer, text):
            share = cover(terms, set(library.stems(f"{hit.article.title} {text}")))
            if share >= least:
                positives.append((share, hit))
        elif not holds(answer, hit.article.title):
            negatives.append(hit)
    if not positives or len(positives) > 8 or len(negatives) < NEGATIVES:
        return None
    positives.sort(key=lambda p: -p[0])
    chosen = random_.choice(positives[:3])[1]
    hard = random_.sample(negatives[:12], min(NEGATIVES, len(negatives[:12])))
    return {
        "question": question,
        "answer": answer,
        "passages": [[h.article.title, h.passage.text] for h in [chosen, *hard]],
    }


def main() -> None:
    """Write the lists, shuffled, one JSON object a line."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--library", "--questions", "--out"):
        cli.add_argument(name, type=Path, required=True)
    cli.add_argument("--held-out", type=Path, help="questions that must not be trained on")
    cli.add_argument("--clozes", type=int, default=12_000)
    cli.add_argument("--seed", type=int, default=7)
    arg = cli.parse_args()
    random_ = random.Random(arg.seed)
    held = {json.loads(line)["question"] for line in arg.held_out.open(encoding="utf-8")} if arg.held_out else set()
    made: Counter[str] = Counter()
    rows = []
    with_library = Library(arg.library)
    questions = [json.loads(line) for line in arg.questions.open(encoding="utf-8")]
    for q in questions:
        if q["kind"] != "answerable" or q["question"] in held:
            continue
        vector = with_library.encoder.encode([q["question"]])[0]
        seen: dict[str, Hit] = {}
        for pair in zip(with_library.by_words(q["question"], 25), with_library.by_vector(vector, 25), strict=False):
            for hit in pair:
                seen.setdefault(hit.passage.id, hit)
        for _ in range(2):  # two draws: another positive, other negatives
            if row := as_list(with_library, q["question"], q["answer"], list(seen.values()), 0.45, random_):
                rows.append(row | {"kind": "labelled"})
                made["labelled"] += 1
    articles = with_library.articles()
    random_.shuffle(articles)
    for article in articles:
        if made["cloze"] >= arg.clozes:
            break
        text = with_library.article(article.id).text[:3000]
        spans = [s for s in sentences(text) if 60 <= s[1] - s[0] <= 260]
        for start, end in random_.sample(spans, min(5, len(spans))):
            for question, answer in clozes(text[start:end], random_):
                hits = [h for h in with_library.by_words(question, 30) if h.article.id != article.id]
                hits = [h for h in hits if norm(text[start:end])[:60] not in norm(h.passage.text)]  # a reprint
                if row := as_list(with_library, question, answer, hits, 0.4, random_):
                    rows.append(row | {"kind": "cloze"})
                    made["cloze"] += 1
    with_library.close()
    random_.shuffle(rows)
    arg.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(dict(made))


if __name__ == "__main__":
    main()
