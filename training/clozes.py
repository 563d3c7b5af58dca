"""Questions out of sentences: a name, figure or thing is taken out and a question word put in its place.

Unsupervised question answering by cloze translation (Lewis et al. 2019); what the articles call a name ("actor Brad
Pitt") gives "which actor". They are rough ("What smoke from wildfires and even typhoons also held?"), and many.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

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
