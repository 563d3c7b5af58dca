"""Whether a sentence puts one actor in another's place: gives a deed or a saying to somebody else than the evidence."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.verify.actors import GROUPS, Actor, Deed, deeds
from assistant.verify.claims import names, numbers
from index.stop_words import STOP_WORDS

# Groups that can be meant by their owner's name: "Kyiv" for "Ukraine's government".
_BODIES = frozenset(
    "council government police board office agency bank court company state association commission committee ministry "
    "regulator union army navy team university parliament senate town village city club".split()
)
_PERSONAL = frozenset("he she his her him".split())
# Capitals, and what else a country is called by: "Kyiv" says no other thing than "Ukraine".
_KIN = dict(
    pair.split("/")
    for pair in "kyiv/ukraine moscow/russia kremlin/russia washington/america u.s/america us/america "
    "american/america britain/british london/british paris/france french/france berlin/german beijing/china".split()
)
_WORDS = re.compile(r"[^\W_]+")
_SIDE_BY_SIDE = (
    re.compile(r"\b(?P<noun>[A-Za-z]+),? (?P<names>(?:[A-Z][\w’'-]+ ?)+)"),
    re.compile(
        r"(?P<names>(?:[A-Z][\w’'-]+ )*[A-Z][\w’'-]+), "
        r"(?:the|a|an) (?:[\w’'-]+ ){0,3}?(?P<noun>[a-z]+)\b(?= of|[,.]| to)"
    ),
)


def swapped(said: str, evidence: str, before: str, article: str, stems: Callable[[str], list[str]]) -> str:
    """The doer that a sentence puts in another's place; "" when every deed has the doer it has in the evidence.

    before: the title and the sentences before the evidence, where a pronoun's name may stand. article: all its text.
    """
    known = (
        frozenset(name.lower() for name in names(f"{before} {evidence} {article}"))
        | frozenset(_KIN)
        | frozenset(_KIN.values())
    )
    there = deeds(evidence, stems, known)
    same_as = _aliases(article)
    for deed in deeds(said, stems, known):
        same = [d for d in there if d.verb == deed.verb] or [d for d in there if d.says and deed.says]
        if not same:
            continue
        if deed.doer and not any(_may_do(deed, d, before, evidence, same_as) for d in same):
            return min(deed.doer.words)
    return _counted_wrong(said, evidence)


def _may_do(said: Deed, there: Deed, before: str, evidence: str, same_as: dict[str, set[str]]) -> bool:
    """Whether the doer of one deed may be that of the other."""
    ours = there.pronoun and there.doer.nouns <= _BODIES and not there.doer.names  # "their association"
    if there.doer and (not ours or _match(said.doer, there.doer, same_as)):
        return _match(said.doer, there.doer, same_as)
    if there.sufferer and not there.pronoun and _match(said.doer, there.sufferer, same_as):
        return False  # "the farmers paid" where they were paid
    near = _lower(f"{before} {evidence[: there.at] if there.pronoun else evidence}")
    if there.pronoun in _PERSONAL and not said.doer.names and said.doer.nouns <= _BODIES:
        return False  # "she said" is not the police
    if there.pronoun == "it" and said.doer.names and all(_person(name, same_as) for name in said.doer.names):
        return False
    wanted = said.doer.names or said.doer.nouns | (said.doer.owners if said.doer.nouns <= _BODIES else frozenset())
    return any(_like(one, other) for one in wanted for other in near) or any(
        other in near for one in wanted for other in same_as.get(one, ())
    )


def _person(name: str, same_as: dict[str, set[str]]) -> bool:
    return bool(same_as.get(name, set()) - _BODIES)


def _match(one: Actor, other: Actor, same_as: dict[str, set[str]]) -> bool:
    """Whether both are called by one name; without two names, by one noun, and theirs not by two owners."""
    if one.names and other.names:
        return _any_like(one.names, other.names)
    if _any_like(one.nouns, other.nouns):
        return not one.owners or not other.owners or _any_like(one.owners, other.owners)
    for some, others in ((one, other), (other, one)):
        if some.nouns & _BODIES and _any_like(some.owners, others.names):
            return True
        if any(same_as.get(word, set()) & others.words for word in some.words):
            return True
    return False


def _any_like(some: frozenset[str], others: frozenset[str]) -> bool:
    return any(_like(one, other) for one in some for other in others)


def _like(one: str, other: str) -> bool:
    """Whether two words are the same: "farmers" and "farmer", "Ukraine" and "Ukrainian", "Kyiv" and "Ukraine"."""
    one, other = _KIN.get(one, one), _KIN.get(other, other)
    length = 5 if min(len(one), len(other)) >= 5 else 4
    return one[:length] == other[:length]


def _lower(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(text))


def _aliases(article: str) -> dict[str, set[str]]:
    """Nouns and names that stand side by side in an article mean one: "the harbour master, Karl Idris"."""
    found: dict[str, set[str]] = {}
    for m in (m for pattern in _SIDE_BY_SIDE for m in pattern.finditer(article)):
        nouns = {m["noun"].lower()} & GROUPS
        for word in m["names"].lower().split():
            bare = re.sub(r"[’']s?$", "", word)
            if bare in GROUPS:  # "said President Vladimir Putin"
                nouns.add(bare)
                continue
            for noun in nouns:
                found.setdefault(noun, set()).add(bare)
                found.setdefault(bare, set()).add(noun)
    return found


def _counted_wrong(said: str, evidence: str) -> str:
    """A noun counted by a number that counts another one in the evidence, where both stand in both sentences."""
    there = [n for n in numbers(evidence) if not n.light]
    both = (_lower(said) & _lower(evidence)) - STOP_WORDS
    for n in numbers(said):
        counted = {m.counted for m in there if m.value == n.value}
        if n.light or n.counted not in both or not counted or not counted <= both or n.counted in counted:
            continue
        if not any(
            f"{a} {b}" in f"{said} {evidence}".lower() for c in counted for a, b in ((n.counted, c), (c, n.counted))
        ):
            return n.counted  # and not "three crew members", of whom one may count either
    return ""
