"""Who does what: whether a sentence gives a deed or a saying to somebody else than the evidence does.

Not a parser: the doer of a verb is the nearest person, body or group before it in its clause, or the one after "by"
or "said". Names are told by their capitals, groups by their nouns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.claims import names

_TOKEN = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*\.?(?<!\w\w\w\.)|[,;:—–]|[“”\"]")
_SAYS = frozenset(
    "said say says saying told tell tells warned warn warns added adds argued argues called calls call described "
    "describes announced announces insisted wrote according spoke denied conceded admitted promised declared thought "
    "thinks asked asks urged urges blamed blames stated explained".split()
)
_GROUPS = frozenset(
    "council government police board office agency bank court company state association crew commission committee "
    "ministry regulator union army navy public team family father mother son daughter sister brother children child "
    "people farmers farmer passengers passenger shopkeepers shopkeeper economists economist diplomats diplomat "
    "soldiers soldier troops forces voters residents neighbours staff firefighters inspectors inspector rescuers "
    "divers campers camper households household contractor operator dissenters dissenter judge mayor governor "
    "librarian biologist director scientist astronomers customers customer workers students teachers doctors nurses "
    "officials official lawyers lawyer minister president chancellor spokesman spokeswoman ambassador chief master "
    "favourite sheep wolves wolf dogs euro crown crowns dollar lifeboats lifeboat guard baker members member officers "
    "officer".split()
)
_PRONOUNS = frozenset("he she they it who i we his her their".split())
_PREPOSITIONS = frozenset(
    "of to from with against for than in on at into over under about by between among near before after like without "
    "towards toward behind outside inside".split()
)
_PASSIVE = frozenset("was were been be is are being got gets".split())
_STOPS = frozenset([",", ";", ":", "—", "–", "and", "while", "but"])
_IRREGULAR = frozenset(
    "won win fell fall took take rose rise gave give found find lost lose made make put sent send held hold left "
    "leave began begin broke break brought bring built build bought buy came come cut drew draw fought fight got get "
    "grew grow hit keep kept knew know led lead met meet paid pay ran run saw see sold sell set spent spend stood "
    "stand struck strike thrown throw wrote write want wants wanted propose proposes decide decides demand demands "
    "pays lives fear fears gather gathers plan plans promise promises finds hopes hope offer offers fund funds".split()
)


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb with those who may be its doers: nouns of groups and words of names, lower case; empty for a pronoun."""

    verb: str  # its stem; "say" for all verbs of saying
    doers: frozenset[str]


def deeds(text: str, stems: Callable[[str], list[str]], known: frozenset[str] = frozenset()) -> list[Deed]:
    """The verbs of a text with their doers. known: names, lower case, that a first word may be."""
    tokens = [m[0] for m in _TOKEN.finditer(text)]
    named = known | {name.lower() for name in names(text)}
    actors = [_actor(token, named) for token in tokens]
    found = []
    for place, token in enumerate(tokens):
        low = token.lower()
        if low == "according" and tokens[place + 1 : place + 2] == ["to"]:
            found.append(Deed("say", _after(tokens, actors, place + 2)))
        elif place and low in _SAYS:
            doers = _doers(tokens, actors, place)
            turned = tokens[place - 1] in ',”"' and tokens[place + 1 : place + 2] != ["that"]
            found.append(Deed("say", doers | _after(tokens, actors, place + 1) if turned else doers))
        elif place and _is_deed(tokens, place):
            found.append(Deed(next(iter(stems(token)), low), _doers(tokens, actors, place)))
    return found


def _is_deed(tokens: list[str], place: int) -> bool:
    low = tokens[place]
    if low.endswith("ing"):
        return tokens[place - 1].lower() in _PASSIVE or tokens[place - 1] == ","
    return low in _IRREGULAR or (len(low) > 4 and low.islower() and low.endswith("ed"))


def _doers(tokens: list[str], actors: list[str], place: int) -> frozenset[str]:
    """Who does it: after "by" in the passive, else those before it in its clause that hang on no preposition."""
    later = [t.lower() for t in tokens[place + 1 : place + 6]]
    if "by" in later and not tokens[place].endswith("ing"):
        return _after(tokens, actors, place + 2 + later.index("by"))
    if any(t.lower() in _PASSIVE for t in tokens[max(0, place - 2) : place]) and not tokens[place].endswith("ing"):
        return frozenset()
    found: set[str] = set()
    aside = False  # inside ", who runs it,": those named there do not do it
    for at in range(place - 1, -1, -1):
        low = tokens[at].lower()
        if low in ("who", "which") and tokens[at - 1] == "," and "," in tokens[at:place]:
            found.clear()
            aside = True
            continue
        if aside and low == ",":
            aside = False
            continue
        if low in _PRONOUNS:
            return frozenset(found)
        if low in _STOPS and (found or low == ":"):
            if low == "," and at and _in_apposition(tokens, actors, at):
                continue
            break
        if actors[at] and not _hangs(tokens, actors, at):
            found.add(actors[at])
    return frozenset(found)


def _in_apposition(tokens: list[str], actors: list[str], comma: int) -> bool:
    """Whether what follows a comma tells more of what stands before it: "the chief, Karl Idris,"."""
    after = tokens[comma + 1 : comma + 2]
    return (
        bool(actors[comma - 1])
        and bool(after)
        and (after[0].lower() in ("who", "which", "a", "the", "an", "once") or after[0][:1].isupper())
    )


def _after(tokens: list[str], actors: list[str], place: int) -> frozenset[str]:
    """Those right after "by", "to" or a turned "said", up to the end of the clause."""
    found: set[str] = set()
    for at in range(place, min(place + 9, len(tokens))):
        low = tokens[at].lower()
        if low in _PRONOUNS or low in _SAYS or low in ("that", ".", ";", ":", "—", "”"):
            break
        if actors[at] and not _hangs(tokens, actors, at, place):
            found.add(actors[at])
    return frozenset(found)


def _actor(token: str, named: frozenset[str]) -> str:
    """The word when it is one for a person, a body or a group, else ""."""
    bare = re.sub(r"[’']s?$", "", token).rstrip(".").lower()
    return bare if bare in _GROUPS or (token[:1].isupper() and bare in named) else ""


def _hangs(tokens: list[str], actors: list[str], at: int, least: int = 0) -> bool:
    """Whether the noun hangs on a preposition: in "the envoy of Donald Trump" the doer is not Trump."""
    for back in range(at - 1, max(least, at - 6) - 1, -1):
        low = tokens[back].lower()
        if low in _PREPOSITIONS:
            return True
        if not (low in ("the", "a", "an", "its", "their", "his", "her") or tokens[back][:1].isupper() or actors[back]):
            return False
    return False


def swapped(said: str, evidence: str, around: str, stems: Callable[[str], list[str]]) -> str:
    """The doer that a sentence puts in another's place; "" when every deed has the doer it has in the evidence.

    around: the sentences before the evidence and the title, where a pronoun's name may stand.
    """
    known = frozenset(name.lower() for name in names(f"{around} {evidence}"))
    there = deeds(evidence, stems, known)
    near = {t.lower() for t in re.findall(r"[^\W_]+", f"{around} {evidence}")}
    for deed in deeds(said, stems, known):
        same = [d.doers for d in there if d.verb == deed.verb]
        if not deed.doers or not same:
            continue
        doers = frozenset[str]().union(*same)
        if any(_like(one, other) for one in deed.doers for other in doers):
            continue
        open_ = not all(same) or not doers  # a pronoun, or nobody: it may be anybody named shortly before
        if open_ and any(_like(one, other) for one in deed.doers for other in near):
            continue
        return min(deed.doers)
    return ""


def _like(one: str, other: str) -> bool:
    """Whether two words are the same doer: "farmers" and "farmer", "Ukraine" and "Ukrainian"."""
    length = 5 if min(len(one), len(other)) >= 5 else 4
    return one[:length] == other[:length]
