"""Whether a standing question has another answer now: other words that answer, other figures, or other news."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence

from assistant.english.numbers import numbers
from assistant.english.wording import normal
from assistant.types import Answer
from index.stop_words import STOP_WORDS

ALIKE = 0.75  # of a sentence's words, in one that was said before: it tells the same in other words
_MONTH = f"(?:{'|'.join(month_name[1:])})"
_DATE = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b")
_DENY = frozenset("not no never none neither nor without nobody nothing cannot".split())


def changed(before: Answer, after: Answer) -> bool:
    """Whether the second answer tells something else than the first.

    A question that was declined and is answered now has changed, and the other way round. So has one whose few words
    that answer are others, or whose first sentence, or any where articles differ, has a figure that none had before;
    dates are no figures. An answer without such
    words has changed when a sentence of it tells what none told before.
    """
    if before.abstained or after.abstained:
        return before.abstained != after.abstained
    if before.short and after.short:
        return not _same_words(before.short, after.short) or bool(_main_figures(after) - _all_figures(before))
    return bool(new_sentences(before, after))


def new_sentences(before: Answer, after: Answer) -> tuple[str, ...]:
    """The sentences of the second answer that tell what none of the first does."""
    told = [] if before.abstained else [statement.text for statement in before.statements]
    if after.abstained:
        return ()
    return tuple(one.text for one in after.statements if one.supported and not _told(one.text, told))


def _main_figures(answer: Answer) -> frozenset[float]:
    """Those of the first sentence, and of every side where articles differ."""
    main = answer.statements if answer.agreement.differ else answer.statements[:1]
    return frozenset().union(*(_figures(one.text) for one in main))


def _all_figures(answer: Answer) -> frozenset[float]:
    return frozenset().union(*(_figures(one.text) for one in answer.statements))


def _figures(text: str) -> frozenset[float]:
    """The numbers of a text; a date is none, nor is "one" or "first"."""
    return frozenset(one.value for one in numbers(_DATE.sub("", text)) if not one.dated and not one.light)


def _words(text: str) -> frozenset[str]:
    return frozenset(normal(text).split()) - STOP_WORDS


def _same_words(before: str, after: str) -> bool:
    """Whether two short answers say the same: "11 people" and "eleven", "Ines Marlow" and "Dr. Ines Marlow"."""
    if normal(before) == normal(after):
        return True
    if _figures(before) or _figures(after):
        return _figures(before) == _figures(after)
    denied = [frozenset(normal(one).split()) & _DENY for one in (before, after)]
    one, other = _words(before), _words(after)
    return denied[0] == denied[1] and bool(one and other) and (one <= other or other <= one)


def _told(sentence: str, before: Sequence[str]) -> bool:
    words, figures = _words(sentence), _figures(sentence)
    return any(
        figures <= _figures(other) and len(words & _words(other)) >= ALIKE * len(words) for other in before if words
    )
