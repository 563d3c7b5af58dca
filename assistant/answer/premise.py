"""What a question takes for granted and the article behind an answer does not have: another name, another year.

"Who won the cup in 2027?" is not answered by who won it in 2025, nor "What tariff did Canada put on salmon?" by the
tariff of the United States: what is said is then about another event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA

from assistant.english.calendar import is_calendar_word
from assistant.english.lexicon import FUNCTION_WORDS, SAME_NAMES
from assistant.english.names import names
from assistant.english.wording import normal
from assistant.retrieval.evidence import Candidate, Evidence

ROOT = 4  # letters by which two forms of a name are one: "Norway", "Norwegian" and "Norway's"
ERRORS = 2  # letters by which an odd form of a word may differ
LOOKED_AT_SENTENCES = 6  # the best ones: where the article of none has what the question names, there is no answer
_YEAR = re.compile(r"(?<![\d.,$£€])(?:1[5-9]|20)\d\d(?![\d%]|,\d)")
_PEOPLE = re.compile(r"(?:ish|ese|ian|ean|can|nch|tch)$")  # "Turkish", "Chinese", "Canadian"
_HOW_MANY = re.compile(r"\bhow many (?P<things>[a-z]{4,})(?: of (?P<of>[a-z]{4,}))?", re.I)
Text = Callable[[str], str]  # an article's text, by its id
Knows = Callable[[str], bool]  # whether any article has a word


def unmet(
    evidence: Evidence, text: Text, knows: Knows, said_for_it: Sequence[str] = (), as_asked: str = ""
) -> tuple[str, ...]:
    """The names and years of a question that the article of none of its best sentences has, and things counted that no
    article has; () where one article has all.

    said_for_it: words of the question that no article needs to repeat. as_asked: the question with its typing errors,
    whose correction is no name it gave; "" where it was completed.
    """
    question = evidence.asked.text
    for phrase in said_for_it:
        question = question.replace(phrase, " ")
    counted = [word for m in _HOW_MANY.finditer(question) for word in m.groups() if word and not knows(word)]
    found = {word for c in evidence.candidates[:LOOKED_AT_SENTENCES] for word in c.words.split()}
    if counted := [word for word in counted if not _misspelt(word, found)]:
        return tuple(counted)
    wanted = [name for name in names(question) if not _free(name, question) and (not as_asked or name in as_asked)]
    years = _YEAR.findall(question)
    if not wanted and not years:
        return ()
    missing: tuple[str, ...] = ()
    for c in evidence.candidates[:LOOKED_AT_SENTENCES]:
        lacks = _lacks(c, text(c.article.id), wanted, years)
        if not lacks:
            return ()
        missing = missing or lacks
    return missing


def _lacks(c: Candidate, text: str, wanted: Sequence[str], years: Sequence[str]) -> tuple[str, ...]:
    whole = f"{c.article.title} {text} {c.article.publisher or ''}"
    plain = f" {normal(whole)} "
    roots = {word[:ROOT] for word in plain.split()}
    missing = [name for name in wanted if not _stands(name, plain, roots)]
    if c.article.day is None:  # it may well be of that year
        return tuple(missing)
    told = {*_YEAR.findall(whole), str(c.article.day.year)}
    return tuple(missing + [year for year in years if year not in told])


def _stands(name: str, plain: str, roots: set[str]) -> bool:
    """Whether a word of a name, or another way to write it, stands in a text."""
    words = [word for word in normal(name).split() if word not in FUNCTION_WORDS]
    if not words or any(word[:ROOT] in roots or _plain_umlauts(word)[:ROOT] in roots for word in words):
        return True
    alike = [same for same in SAME_NAMES if any(normal(name) == normal(one) for one in same)]
    return any(f" {normal(one)} " in plain for same in alike for one in same)


def _misspelt(word: str, found: set[str]) -> bool:
    """Whether a word is an odd form of one that was found: "wolfs" of "wolves"."""
    return any(other[0] == word[0] and OSA.distance(word, other) <= ERRORS for other in found)


def _plain_umlauts(word: str) -> str:
    """ "Suederbrueck" as accents are left out: "suderbruck"."""
    return re.sub(r"(?<=[aou])e", "", word)


def _free(name: str, question: str) -> bool:
    """Whether it names no one thing: a day or month, a letter, a people ("English county"), or a single word that only
    begins a sentence."""
    if all(is_calendar_word(word) or len(word) < 2 for word in name.split()):
        return True
    within = re.search(rf"[\w,;:’'”\"] {re.escape(name)}", question)
    return " " not in name and (within is None or _PEOPLE.search(name) is not None)
