"""Make what the reader is trained on: questions, each with passages that answer it and passages that do not.

    .venv/bin/python training/make_lists.py --bench BENCH --library WORDS --out lists/

WORDS is made by put_away.py. Writes `passages.jsonl` (title, text, where its sentences end) and `lists.jsonl` (kind,
question, right passages with the spans that answer, wrong passages), and for each set put away `held-*.jsonl` of the
same form, which no list is made of.

people      questions about a sentence (QAMR), its paragraph of neighbouring sentences around it
sections    questions with a section of an article (SelQA) and which of its sentences answer
quiz        quiz questions, passages found by words; those that hold the answer's words answer (distant supervision)
unsupported quiz questions whose answer's words stand in no article
cloze       questions made of a sentence (clozes.py), passages of *other* articles that hold what was taken out
nothing     the same, of what no other article says
recurring   the same, with another passage of the same article that holds it (recurring spans, Ram et al. 2021)
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from assistant.english.spelling import normal
from clozes import KindsOfNames, clozes
from put_away import Row, put_away, rows_of, trained_on
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from index.library import Library
from index.passages import sentences
from index.types import Hit

PIECE = 1_100  # characters of a passage at the most: what fits the reader's window
WRONG, FEW = 10, 6  # passages kept that do not answer; of a self-made question
RIGHT = 4  # and that do
LEAST_COVER = 0.4  # of a question's words, rare ones counting more, in a passage that is taken to answer
NOTHING = 0.12  # of the questions that no other article answers, the share that is kept
Span = tuple[int, int]


class Passages:
    """Every passage once, by number."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, title: str, text: str) -> int:
        """The number of a passage."""
        found = self._numbers.setdefault((title, text), len(self.rows))
        if found == len(self.rows):
            self.rows.append({"title": title, "text": text, "ends": [end for _, end in sentences(text)]})
        return found


def answer_spans(answer: str, text: str) -> list[Span]:
    """Where the answer's words stand in the text, whatever stands between them."""
    words = re.findall(r"[^\W_]+", answer)
    pattern = r"[\W_]+".join(map(re.escape, words))
    return [m.span() for m in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.I)] if words else []


def row(kind: str, question: str, right: Iterable[tuple[int, Sequence[Span]]], wrong: Iterable[int]) -> Row:
    """One list."""
    return {"kind": kind, "question": question, "right": [[n, list(s)] for n, s in right], "wrong": list(wrong)}


class Alike:
    """Texts by the words they share: for passages on the same subject that do not answer."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = TfidfVectorizer(sublinear_tf=True, stop_words="english")
        self._texts: csr_matrix = self._words.fit_transform(texts)

    def nearest(self, questions: Sequence[str], n: int) -> list[list[int]]:
        """The n nearest texts of each question."""
        found = []
        for at in range(0, len(questions), 1000):
            scores = (self._words.transform(questions[at : at + 1000]) @ self._texts.T).toarray()
            found += (-scores).argsort(axis=1)[:, :n].tolist()
        return found


def packed(parts: Sequence[str], middle: int, size: int) -> tuple[int, int]:
    """The run of parts around one that is at most `size` characters, grown on both sides in turn."""
    first = last = middle
    used = len(parts[middle])
    while True:
        grown = False
        for end in (last + 1, first - 1):
            if 0 <= end < len(parts) and used + len(parts[end]) + 1 <= size:
                used += len(parts[end]) + 1
                first, last, grown = min(first, end), max(last, end), True
        if not grown:
            return first, last + 1


def people(questions: Sequence[Row], passages: Passages) -> Iterator[Row]:
    """Lists of QAMR's questions: wrong are the other paragraphs of the article, and those of others that are alike."""
    texts: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for q in questions:
        *article, paragraph, sentence, _ = q["id"].split(":")
        texts[":".join(article), int(paragraph)][int(sentence)] = q["text"]
    paragraphs = {key: [texts[key][n] for n in sorted(texts[key])] for key in sorted(texts)}
    keys = list(paragraphs)
    numbers = {key: passages.number("", " ".join(paragraphs[key])) for key in keys}
    near = Alike([" ".join(paragraphs[key]) for key in keys]).nearest([q["question"] for q in questions], 8)
    for q, alike in zip(questions, near, strict=True):
        *article, paragraph, sentence, _ = q["id"].split(":")
        key = (":".join(article), int(paragraph))
        before = sum(len(texts[key][n]) + 1 for n in texts[key] if n < int(sentence))
        spans = [(before + a, before + b) for a, b in q["answers"]]
        same = [numbers[k] for k in keys if k[0] == key[0] and k != key]
        others = [numbers[keys[n]] for n in alike if keys[n][0] != key[0]]
        wrong = list(dict.fromkeys([*random.Random(q["id"]).sample(same, min(5, len(same))), *others]))
        yield row("people", q["question"], [(numbers[key], spans)], wrong[:WRONG])


def sections(questions: Sequence[Row], passages: Passages) -> Iterator[Row]:
    """Lists of SelQA's questions: the section around each sentence that answers; wrong: the rest of it, and others."""
    near = Alike([" ".join(q["sentences"]) for q in questions]).nearest([q["question"] for q in questions], 12)
    pieces = [_pieces([s for s in q["sentences"] if s.strip()]) for q in questions]
    for q, alike in zip(questions, near, strict=True):
        parts = [s.strip() for s in q["sentences"]]
        right = []
        for answer in q["answers"][:RIGHT]:
            first, last = packed(parts, answer, PIECE)
            at = [sum(len(p) + 1 for p in parts[first:n]) for n in range(first, last)]
            spans = [(at[n - first], at[n - first] + len(parts[n])) for n in q["answers"] if first <= n < last]
            right.append((passages.number(q["title"], " ".join(parts[first:last])), spans))
        said = [parts[n] for n in q["answers"]]
        wrong = [
            passages.number(questions[n]["title"], piece)
            for n in alike
            for piece in pieces[n][:2]
            if not any(s in piece for s in said)
        ]
        rest = [passages.number(q["title"], p) for p in _pieces(parts) if not any(s in p for s in said)]
        yield row("sections", q["question"], right, list(dict.fromkeys([*rest, *wrong]))[:WRONG])


def _pieces(parts: Sequence[str]) -> list[str]:
    """A text's sentences in runs of at most PIECE characters."""
    made = [""]
    for part in parts:
        if made[-1] and len(made[-1]) + len(part) + 1 > PIECE:
            made.append("")
        made[-1] = f"{made[-1]} {part}".strip()
    return made


def of_hits(
    kind: str, library: Library, passages: Passages, question: str, answer: str, hits: Sequence[Hit], least: float
) -> Row | None:
    """The list of a question whose answer's words are known, or None when there are too few wrong passages."""
    terms = library.terms(question)
    right, wrong, held = [], [], False
    for hit in hits:
        title, text = hit.article.title, hit.passage.text
        if spans := answer_spans(answer, text):
            stems = set(library.stems(f"{title} {text}"))
            share = sum(w for t, w in terms.items() if t in stems) / (sum(terms.values()) or 1.0)
            if share >= least:
                right.append((share, title, text, spans))
            held = True
        elif not answer_spans(answer, title):
            wrong.append((title, text))
    if len(wrong) < 4 or (held and not right):
        return None
    right.sort(key=lambda r: -r[0])
    chosen = [(passages.number(title, text), spans) for _, title, text, spans in right[:RIGHT]]
    return row(
        kind if right else "nothing",
        question,
        chosen,
        [passages.number(*w) for w in wrong[: WRONG if kind == "quiz" else FEW]],
    )


def quiz(kind: str, library: Library, questions: Iterable[Row], passages: Passages) -> Iterator[Row]:
    """Lists of quiz questions."""
    for q in questions:
        made = of_hits(kind, library, passages, q["question"], q["answer"], library.by_words(q["question"], 40), 0.45)
        if made and (made["right"] or q["kind"] != "answerable"):
            yield made | {"kind": kind}


def made_up(library: Library, passages: Passages, each: int, random_: random.Random) -> Iterator[Row]:
    """Lists of clozes out of the beginnings of the articles, `each` sentences of one; answered by other articles, or
    by another passage of the same."""
    ids = [article.id for article in library.articles()]
    random_.shuffle(ids)
    kinds = KindsOfNames()
    for article_id in ids:
        kinds.read(library.article(article_id).text[:3000])
    for article_id in ids:
        article = library.article(article_id)
        spans = [s for s in sentences(article.text[:4000]) if 60 <= s[1] - s[0] <= 260]
        pieces = _pieces([article.text[a:b] for a, b in sentences(article.text[:6000])])
        for start, end in random_.sample(spans, min(each, len(spans))):
            said = article.text[start:end]
            for question, answer in clozes(said, kinds, random_):
                if one := _recurring(article.title, passages, question, answer, said, pieces):
                    yield one
                    continue
                hits = [h for h in library.by_words(question, 30) if h.article.id != article_id]
                hits = [h for h in hits if said[5:50] not in h.passage.text]  # a reprint
                one = of_hits("cloze", library, passages, question, answer, hits, LEAST_COVER)
                if one and (one["right"] or random_.random() < NOTHING):
                    yield one


def _recurring(
    title: str, passages: Passages, question: str, answer: str, said: str, pieces: Sequence[str]
) -> Row | None:
    """A list out of one article, where another passage holds the answer and three of the question's longer words."""
    if random.Random(question).random() < 0.6:  # the others are looked for in other articles
        return None
    words = {w for w in normal(question).split() if len(w) > 4}
    right, wrong = [], []
    for piece in pieces:
        if said in piece:
            continue
        spans = answer_spans(answer, piece)
        if not spans:
            wrong.append(piece)
        elif len(words & set(normal(piece).split())) >= 3:
            right.append((passages.number(title, piece), spans))
    if not right or len(wrong) < 2:
        return None
    return row("recurring", question, right[:RIGHT], [passages.number(title, w) for w in wrong[:FEW]])


def write(path: Path, rows: Iterable[Row]) -> None:
    """One JSON object a line."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)


def main() -> None:
    """Write the lists, and what was put away."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--bench", type=Path, required=True)
    cli.add_argument("--library", type=Path, required=True, help="made by put_away.py")
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--clozes", type=int, default=60_000, help="how many self-made lists at the most")
    cli.add_argument("--each", type=int, default=10, help="sentences taken of an article at the most")
    cli.add_argument("--seed", type=int, default=7)
    arg = cli.parse_args()
    arg.out.mkdir(parents=True, exist_ok=True)
    passages, random_ = Passages(), random.Random(arg.seed)
    asked = rows_of(arg.bench / "people/questions.jsonl.gz")
    chosen = rows_of(arg.bench / "people/sentences.jsonl.gz")
    rows = []
    for name, questions, kind, key in (
        ("people", asked, people, lambda q: q["id"].rsplit(":", 3)[0]),
        ("sections", chosen, sections, lambda q: q["title"]),
    ):
        rows += list(kind([q for q in questions if not put_away(key(q), 10)], passages))
        kept = list(kind([q for q in questions if put_away(key(q), 10)], passages))
        write(arg.out / f"held-{name}.jsonl", kept)
    quizzes = trained_on(arg.bench)
    library = Library(arg.library)
    rows += quiz("quiz", library, [q for q in quizzes if q["kind"] == "answerable"], passages)
    rows += quiz("unsupported", library, [q for q in quizzes if q["kind"] == "unsupported"], passages)
    rows += islice(made_up(library, passages, arg.each, random_), arg.clozes)
    library.close()
    random_.shuffle(rows)
    write(arg.out / "lists.jsonl", rows)
    write(arg.out / "passages.jsonl", passages.rows)
    print(dict(Counter(one["kind"] for one in rows)), len(passages.rows), "passages")


if __name__ == "__main__":
    main()
