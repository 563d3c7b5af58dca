"""Make training lists for the reader: a question, one passage that answers it, and three that do not.

    .venv/bin/python training/make_lists.py --library LIB --clozes 40000 --out clozes.jsonl
    .venv/bin/python training/make_lists.py --library LIB --clozes 0 --questions questions.jsonl \
        --held-out other-questions.jsonl --out labelled.jsonl

Three kinds. `labelled`: real questions with a known answer; the passages that hold the answer's words and enough of
the question's are positives, the others that were found are negatives (distant supervision). `cloze`: a sentence with
a name, figure or thing taken out and a question word put in its place ("which actor", where the articles call the name
one); passages of *other* articles that hold what was taken out, and share rare words with the sentence, are positives
(unsupervised question answering by cloze translation, Lewis et al. 2019; inverse cloze task, Lee et al. 2019).
`unanswerable`: the same, of what no other article says: four passages on the subject, none of which answers.

Clozes need the words of the library only; labelled questions are looked up by its vectors too, where it has any.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from assistant.english.wording import holds, normal
from index.library import Library
from index.passages import sentences
from index.types import Hit

NEGATIVES = 3
UNANSWERABLE = 0.12  # of the questions that no other article answers, the share that is kept
NAME = re.compile(r"\b[A-Z][\w'’-]+(?: (?:of |the |de |van )?[A-Z][\w'’-]+){1,3}")
FIGURE = re.compile(
    r"(?<![-–\d])(?:(?:[$£€]\s?)?\b\d[\d,.]*\d(?: (?:million|billion|trillion|percent|per cent))?|\b\d{1,3}%)(?![-–\d])"
)
CAPITALISED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b(?![’'-]?\w| [A-Z])")
PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|across|outside|into) $")
# A thing that is not a name: what follows an article, up to a word that a noun phrase ends before.
THING = re.compile(
    r"\b(?:a|an|the|its|their|his|her) ((?:[a-z][a-z-]+ ){0,2}[a-z][a-z-]{3,})"
    r"(?= (?:of|in|on|at|for|from|by|with|to|that|which|who|and|or|was|were|is|are|has|have|had|after|as|over|this)\b"
    r"|[.,;])"
)
DULL = frozenset(
    "time year years month months week weeks day days people person way part number lot rest case cases place first "
    "last same other others statement interview report end thing things most more past next news man woman "
    "group".split()
)
# What the articles call somebody or something: "actor Brad Pitt", "Moderna, a drug maker".
KINDS = (
    "actor actress singer rapper musician artist author writer director producer comedian model star celebrity "
    "athlete player quarterback striker golfer boxer gymnast swimmer sprinter driver coach manager president "
    "premier chancellor minister senator congressman congresswoman representative governor mayor lawmaker "
    "politician candidate judge justice lawyer prosecutor attorney general king queen prince princess duke pope "
    "bishop billionaire businessman executive founder scientist astronaut journalist host anchor activist company "
    "firm giant retailer automaker carmaker airline bank startup agency network broadcaster newspaper magazine "
    "publisher union party team club league university college school hospital museum church city country nation "
    "state town village county province region island river lake mountain park airport port film movie series "
    "show drama sitcom sequel musical song album single book novel memoir game app platform website service "
    "device phone drug vaccine virus variant disease condition disorder hurricane storm typhoon volcano comet "
    "planet spacecraft rocket telescope satellite missile drone ship brand chain restaurant product species bird "
    "award prize festival tournament race event law bill treaty"
).split()
KIND_BEFORE = re.compile(rf"\b((?:[a-z-]+ )?(?:{'|'.join(KINDS)})) $")
KIND_AFTER = re.compile(rf"^, (?:a|an|the) (?:[\w’'-]+ ){{0,3}}?((?:[a-z-]+ )?(?:{'|'.join(KINDS)}))\b")
SPEECH = re.compile(r"^,? (?:said|says|told|added|wrote|announced|who|was born|died|won|joined|has been named)\b")
CALENDAR = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|June|July|August|September|October|November|December"
)


def _in_a_name(text: str, at: int) -> bool:
    """Whether the word here follows a capitalised one, or "Department of", "Bank of": a part of a longer name."""
    words = text[:at].split()[-2:]
    return bool(words) and (words[-1][0].isupper() or (len(words) == 2 and words[0][0].isupper() and words[1] == "of"))


def _asking_word(before: str, after: str, kind: str | None, random_: random.Random) -> str:
    """What a question puts in a name's place."""
    if kind and random_.random() < 0.75:
        return random_.choice(["which", "which", "what"]) + f" {kind}"
    if PLACE_BEFORE.search(before):
        return random_.choice(["which city", "which country", "which place", "which state", "where"])
    return "who" if SPEECH.search(after) else random_.choice(["who", "what", "what", "which"])


class KindsOfNames:
    """What the articles call each name: counted once over their beginnings."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def read(self, text: str) -> None:
        """Count the kinds that stand beside the names of a text."""
        for match in NAME.finditer(text):
            before = KIND_BEFORE.search(text[max(0, match.start() - 40) : match.start()])
            after = KIND_AFTER.search(text[match.end() : match.end() + 80])
            for found in (before, after):
                if found:
                    name = re.sub(r"['’]s$", "", match[0])
                    self._counts.setdefault(name, Counter())[found[1]] += 1

    def of(self, name: str, random_: random.Random) -> str | None:
        """One of the kinds a name was called, the frequent ones more often."""
        counts = self._counts.get(name)
        return random_.choices(list(counts), list(counts.values()))[0] if counts else None


def clozes(text: str, kinds: KindsOfNames, random_: random.Random) -> Iterator[tuple[str, str]]:
    """(question, what was taken out) for one sentence of some length, if it has something to take out."""
    names = [m for m in NAME.finditer(text) if not CALENDAR.search(m[0])]
    figures = list(FIGURE.finditer(text))
    singles = [m for m in CAPITALISED.finditer(text) if not CALENDAR.search(m[0]) and not _in_a_name(text, m.start())]
    things = [m for m in THING.finditer(text) if m[1].split()[-1] not in DULL]
    weighed = [(m, w) for of, w in ((names, 3.0), (figures, 1.0), (singles, 1.5), (things, 0.7)) for m in of]
    if not weighed:
        return
    match = random_.choices([m for m, _ in weighed], [w for _, w in weighed])[0]
    thing, figure = match in things, match in figures
    before, after = text[: match.start()], text[match.end() :]  # of "a dust storm" the article goes too
    answer = match[1] if thing else re.sub(r"['’]s$", "", match[0])
    told = None if thing or figure else KIND_BEFORE.search(before)
    if thing or figure:
        word = "what" if thing else random_.choice(["how many", "how much", "what"])
    elif told and random_.random() < 0.8:
        word, before = f"which {told[1].split()[-1]}", before[: told.start()]
    else:
        word = _asking_word(before, after, kinds.of(answer, random_), random_)
    if not thing and answer != match[0]:
        word = "whose" if word == "who" else f"{word}’s"
    if random_.random() < 0.5 and len(before.split()) > 3:  # half of real questions are shorter: keep the nearer clause
        before, after = re.split(r"[,;–—] ", before)[-1], re.split(r"[,;–—] ", after)[0]
    if before.strip() and random_.random() < 0.3:  # "which city did …": the question word in front, the rest behind it
        question = f"{word} {before.strip()} {after.strip()}"
    else:
        question = f"{before}{word}{after}"
    question = " ".join(question.strip(' .“”"').split())
    if len(question.split()) >= 6:
        yield question[0].upper() + question[1:] + "?", answer


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
        if holds((answer,), text):
            share = cover(terms, set(library.stems(f"{hit.article.title} {text}")))
            if share >= least:
                positives.append((share, hit))
        elif not holds((answer,), hit.article.title):
            negatives.append(hit)
    if len(positives) > 8 or len(negatives) < NEGATIVES + 1:
        return None
    if not positives:
        if any(holds((answer,), hit.passage.text) for hit in hits) or random_.random() > UNANSWERABLE:
            return None
        hard = negatives[: NEGATIVES + 1]
        return {"question": question, "answer": "", "passages": [[h.article.title, h.passage.text] for h in hard]}
    positives.sort(key=lambda p: -p[0])
    chosen = random_.choice(positives[:3])[1]
    hard = random_.sample(negatives[:12], min(NEGATIVES, len(negatives[:12])))
    return {
        "question": question,
        "answer": answer,
        "passages": [[h.article.title, h.passage.text] for h in [chosen, *hard]],
    }


def labelled(library: Library, questions: list[dict[str, Any]], random_: random.Random) -> Iterator[dict[str, Any]]:
    """Two lists of each question: another positive, other negatives."""
    for q in questions:
        vector = library.encoder.encode([q["question"]])[0]
        seen: dict[str, Hit] = {}
        for pair in zip_longest(library.by_words(q["question"], 25), library.by_vector(vector, 25)):
            for hit in filter(None, pair):
                seen.setdefault(hit.passage.id, hit)
        for _ in range(2):
            row = as_list(library, q["question"], q["answer"], list(seen.values()), 0.45, random_)
            if row and row["answer"]:
                yield row | {"kind": "labelled"}


def self_made(library: Library, each: int, random_: random.Random) -> Iterator[dict[str, Any]]:
    """Lists of clozes out of the beginnings of the articles, up to `each` sentences of an article."""
    ids = [article.id for article in library.articles()]
    random_.shuffle(ids)
    kinds = KindsOfNames()
    for article_id in ids:
        kinds.read(library.article(article_id).text[:3000])
    for article_id in ids:
        text = library.article(article_id).text[:3000]
        spans = [s for s in sentences(text) if 60 <= s[1] - s[0] <= 260]
        for start, end in random_.sample(spans, min(each, len(spans))):
            said = normal(text[start:end])[:60]
            for question, answer in clozes(text[start:end], kinds, random_):
                hits = [h for h in library.by_words(question, 30) if h.article.id != article_id]
                hits = [h for h in hits if said not in normal(h.passage.text)]  # a reprint
                if row := as_list(library, question, answer, hits, 0.4, random_):
                    yield row | {"kind": "cloze" if row["answer"] else "unanswerable"}


def main() -> None:
    """Write the lists, shuffled, one JSON object a line."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--library", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--questions", type=Path, help="questions with answers, for labelled lists")
    cli.add_argument("--held-out", type=Path, help="questions that must not be trained on")
    cli.add_argument("--clozes", type=int, default=40_000, help="how many self-made lists at the most")
    cli.add_argument("--each", type=int, default=15, help="sentences taken of an article at the most")
    cli.add_argument("--seed", type=int, default=7)
    arg = cli.parse_args()
    random_ = random.Random(arg.seed)
    held = {json.loads(line)["question"] for line in arg.held_out.open(encoding="utf-8")} if arg.held_out else set()
    asked = [json.loads(line) for line in arg.questions.open(encoding="utf-8")] if arg.questions else []
    asked = [q for q in asked if q["kind"] == "answerable" and q["question"] not in held]
    with_library = Library(arg.library)
    rows = list(labelled(with_library, asked, random_))
    if arg.clozes:
        rows += islice(self_made(with_library, arg.each, random_), arg.clozes)
    with_library.close()
    random_.shuffle(rows)
    arg.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(dict(Counter(row["kind"] for row in rows)))


if __name__ == "__main__":
    main()
