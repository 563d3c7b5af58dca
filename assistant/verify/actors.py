"""Who does what in a sentence: its verbs, with those who do it and those it is done to.

Not a parser: the doer of a verb is the nearest person, body or group before it in its clause, or the one after "by"
or "said"; whom it is done to stands after it, or before a passive. Names are told by their capitals, groups by their
nouns. A pronoun may be anybody named before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from assistant.verify.claims import names
from index.stop_words import STOP_WORDS

_TOKEN = re.compile(r"\d[\d,.]*\d|[^\W_]+(?:[’'.-][^\W_]+)*\.?(?<!\w\w\w\.)|[,;:—–]|[“”\"]")
_SAYS = frozenset(
    "said say says saying told tell tells warned warn warns added adds argued argues called calls call described "
    "describes announced announces insisted wrote according spoke denied conceded admitted promised declared thought "
    "thinks asked asks urged urges blamed blames stated explained".split()
)
GROUPS = frozenset(
    "council government police board office agency bank court company state association crew commission committee "
    "ministry regulator union army navy public team family father mother son daughter sister brother children child "
    "people farmers farmer passengers passenger shopkeepers shopkeeper economists economist diplomats diplomat "
    "soldiers soldier troops forces voters residents neighbours staff firefighters inspectors inspector rescuers "
    "divers campers camper households household contractor operator dissenters dissenter judge mayor governor "
    "librarian biologist director scientist astronomers customers customer workers students teachers doctors nurses "
    "officials official lawyers lawyer minister president chancellor spokesman spokeswoman ambassador chief master "
    "favourite sheep wolves wolf dogs euro crown crowns dollar lifeboats lifeboat guard baker members member officers "
    "officer university parliament senate town village city club school hospital researchers scientists engineers "
    "investors owner owners leader envoy organisers visitors visitor protesters prosecutors prosecutor defendant "
    "maker makers patients patient parents couple man woman men women boy girl drivers driver pilots pilot captain "
    "coach players player analysts traders chairman chairwoman deputy executive campaigners tenants tenant".split()
)
_PRONOUNS = frozenset("he she they it who i we his her their them him".split())
_PREPOSITIONS = frozenset(
    "of to from with against for than in on at into over under about by between among near before after like without "
    "towards toward behind outside inside".split()
)
_PASSIVE = frozenset("was were been be is are being got gets".split())
_MODALS = frozenset("will would can could may might must should did does do has have had".split())
_BETWEEN = frozenset("not also already still never then now only since been be first".split())
_NO_VERBS = (
    _PREPOSITIONS | _PASSIVE | _MODALS | _BETWEEN | _PRONOUNS | STOP_WORDS | frozenset("who which while".split())
)
_SUBORDINATE = frozenset("until because if when that although though unless where whether as since".split())
_STOPS = frozenset([",", ";", ":", "—", "–", "and", "while", "but"])
_IRREGULAR = frozenset(
    "won win fell fall took take rose rise gave give found find lost lose made make put sent send held hold left "
    "leave began begin broke break brought bring built build bought buy came come cut drew draw fought fight got get "
    "grew grow hit keep kept knew know led lead met meet paid pay ran run saw see sold sell set spent spend stood "
    "stand struck strike thrown throw wrote write want wants wanted propose proposes decide decides demand demands "
    "went goes gone spoke felt fed fled flew hid hurt laid lent meant rode shot showed shown shut stole swept taught "
    "tore became beat beaten pays lives fear fears gather gathers plan plans "
    "promise promises finds hopes hope offer offers fund funds".split()
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody as a sentence calls them. All lower case: "Ukraine's soldiers" has a noun and an owner, no name."""

    names: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.names or self.nouns)

    def __or__(self, other: Actor) -> Actor:
        return Actor(self.names | other.names, self.nouns | other.nouns, self.owners | other.owners)

    @property
    def words(self) -> frozenset[str]:
        """Names and nouns together."""
        return self.names | self.nouns


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb, who does it and to whom; an empty doer is a pronoun, or nobody that is told.

    verb: its stem. says: whether it is a verb of saying. at: characters before it. pronoun: the doer's, lower case.
    """

    verb: str
    doer: Actor
    sufferer: Actor = field(default_factory=Actor)
    says: bool = False
    at: int = 0
    pronoun: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words and marks of a text. actors: the word of each that is one for somebody, else ""."""

    tokens: list[str]
    places: list[int]
    actors: list[str]

    def actor(self, at: Iterable[int]) -> Actor:
        """Those who stand at these places, as one."""
        names_, nouns, owners = set[str](), set[str](), set[str]()
        for place in at:
            word = self.actors[place]
            kind = owners if self._owns(place) else nouns if word in GROUPS else names_
            kind.add(word)
        return Actor(frozenset(names_), frozenset(nouns), frozenset(owners))

    def _owns(self, place: int) -> bool:
        """Whether a word only tells whose: "Sofia Brandt’s father", "Russian troops"."""
        if re.search(r"[’']s?$", self.tokens[place]):
            return True
        if not place + 1 < len(self.tokens) or not self.actors[place + 1] or self.actors[place] in GROUPS:
            return False
        return self.tokens[place + 1].islower() or self._owns(place + 1)


def _words(text: str, known: frozenset[str]) -> _Words:
    matches = list(_TOKEN.finditer(text))
    named = known | {name.lower() for name in names(text)}
    tokens = [m[0] for m in matches]
    return _Words(tokens, [m.start() for m in matches], [_actor(token, named) for token in tokens])


def deeds(text: str, stems: Callable[[str], list[str]], known: frozenset[str] = frozenset()) -> list[Deed]:
    """The verbs of a text with their doers. known: names, lower case, that a first word may be."""
    words = _words(text, known)
    found = []
    for place, token in enumerate(words.tokens):
        low = token.lower()
        says = bool(place) and low in _SAYS
        if low == "according" and words.tokens[place + 1 : place + 2] == ["to"]:
            found.append(Deed("say", _after(words, place + 2), says=True, at=words.places[place]))
        elif says or (place and _is_deed(words, place)):
            doer, pronoun = _doer(words, place)
            sufferer = _sufferer(words, place)
            before = words.tokens[place - 1]
            if says and before in ',”"' and words.tokens[place + 1 : place + 2] != ["that"]:
                doer, sufferer = doer | _after(words, place + 1), Actor()  # “…,” said the mayor
            stem = next(iter(stems(token)), low)
            found.append(Deed(stem, doer, sufferer, says, words.places[place], pronoun))
    return found


def _is_deed(words: _Words, place: int) -> bool:
    low, tokens = words.tokens[place], words.tokens
    if not low.islower() or low in _NO_VERBS or words.actors[place]:
        return False
    if low.endswith("ing"):
        return tokens[place - 1].lower() in _PASSIVE or tokens[place - 1] == ","
    if low in _IRREGULAR or (len(low) > 4 and low.endswith("ed")):
        return True
    before = place - 1
    while before > 0 and (tokens[before].lower() in _BETWEEN or tokens[before].endswith("ly")):
        before -= 1
    if tokens[before].lower() in _MODALS:
        return True  # "will train"
    if tokens[before].lower() in ("he", "she", "it", "who", "they"):
        return low.endswith("s") != (tokens[before].lower() == "they")
    follows = bool(words.actors[before]) and not re.search(r"[’']s?$", tokens[before])
    agrees = low.endswith("s") != tokens[before].endswith("s")  # "the agency proposes", "diplomats point out"
    return follows and agrees and not _hangs(words, before)


def _passive(words: _Words, place: int) -> bool:
    if words.tokens[place].endswith("ing"):
        return False
    before = [t.lower() for t in words.tokens[max(0, place - 14) : place]]
    reach = before if before[-1:] in (["and"], ["or"]) else before[-2:]  # "was jailed for 18 months and fined"
    return any(t in _PASSIVE or t == "been" for t in reach)


def _doer(words: _Words, place: int) -> tuple[Actor, str]:
    """Who does it, and their pronoun: after "by" in the passive, else those before it in its clause."""
    reach = 15 if _passive(words, place) else 5
    for at in range(place + 1, min(place + reach, len(words.tokens) - 1)):
        if words.tokens[at] in ";:—":
            break
        if words.tokens[at].lower() == "by" and (by := _after(words, at + 1)):
            return by, ""
    if _passive(words, place):
        return Actor(), ""
    return _subject(words, place)


def _sufferer(words: _Words, place: int) -> Actor:
    """To whom it is done, of a passive: its subject. What stands after a verb is too often no whole object."""
    if not _passive(words, place) or "to" in words.tokens[max(0, place - 3) : place]:  # "wants it to be allowed"
        return Actor()
    return _subject(words, place)[0]


def _subject(words: _Words, place: int) -> tuple[Actor, str]:
    """Those before the verb in its clause that hang on no preposition, and the pronoun that was met first."""
    tokens = words.tokens
    if (joint := _joint(words, place)) is not None:
        if tokens[joint - 1] == ",":
            return Actor(), ","  # the last of a list of verbs: whose is not told
        earlier = next((at for at in range(joint - 1, 0, -1) if _is_deed(words, at)), None)
        if earlier is not None:
            return _subject(words, earlier)
    found: list[int] = []
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
            return words.actor(found), low
        if low in _SUBORDINATE or (low == "that" and found):
            break
        if low in _STOPS and (found or low == ":"):
            if low == "," and at and _in_apposition(words, at):
                continue
            break
        if words.actors[at] and not _hangs(words, at):
            found.append(at)
    return words.actor(found), ""


def _joint(words: _Words, place: int) -> int | None:
    """Where the "and" stands that ties a verb to one before it: "lost sheep and were paid"."""
    at = place - 1
    while at > 0 and (words.tokens[at].lower() in _MODALS | _BETWEEN | _PASSIVE or words.tokens[at].endswith("ly")):
        at -= 1
    return at if at > 0 and words.tokens[at] in ("and", "or", "but") else None


def _in_apposition(words: _Words, comma: int) -> bool:
    """Whether what follows a comma tells more of what stands before it: "the chief, Karl Idris,"."""
    after = words.tokens[comma + 1 : comma + 2]
    return (
        bool(words.actors[comma - 1])
        and bool(after)
        and (after[0].lower() in ("who", "which", "a", "the", "an", "once") or after[0][:1].isupper())
    )


def _after(words: _Words, place: int) -> Actor:
    """Those right after "by", "to" or a turned "said", up to the end of the clause."""
    found: list[int] = []
    for at in range(place, min(place + 9, len(words.tokens))):
        low = words.tokens[at].lower()
        if low in _PRONOUNS or low in _SAYS or low in ("that", ".", ";", ":", "—", "”"):
            break
        if words.actors[at] and not _hangs(words, at, place):
            found.append(at)
    return words.actor(found)


def _actor(token: str, named: frozenset[str]) -> str:
    """The word when it is one for a person, a body or a group, else ""."""
    bare = re.sub(r"[’']s?$", "", token).rstrip(".").lower()
    return bare if bare in GROUPS or (token[:1].isupper() and bare in named) else ""


def _hangs(words: _Words, at: int, least: int = 0) -> bool:
    """Whether the noun hangs on a preposition: in "the envoy of Donald Trump" the doer is not Trump."""
    for back in range(at - 1, max(least, at - 6) - 1, -1):
        token = words.tokens[back]
        if token.lower() in _PREPOSITIONS:
            return True
        article = token.lower() in ("the", "a", "an", "its", "their", "his", "her")
        if not (article or token[:1].isupper() or words.actors[back]):
            return False
    return False
