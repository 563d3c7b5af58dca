"""What a caller gives, judged before anything is done with it: InvalidValue says what to give instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assistant.types import Turn
from index.errors import InvalidValue
from index.types import Filter

LONGEST_QUESTION_CHARACTERS = 4000  # characters
MOST_PASSAGES = 1000  # of one call of `retrieve`


def question_of(given: Any) -> str:
    """A question with its white space folded."""
    if not isinstance(given, str):
        raise InvalidValue(f"a question is a text, not {_kind(given)}")
    question = " ".join(given.encode(errors="replace").decode().split())  # half a character is none
    if not question:
        raise InvalidValue('the question is empty; ask something such as "what are Putin\'s ceasefire conditions"')
    if len(question) > LONGEST_QUESTION_CHARACTERS:
        raise InvalidValue(f"the question has {len(question)} characters; {LONGEST_QUESTION_CHARACTERS} is the most")
    return question


def turns_of(given: Any) -> tuple[Turn, ...]:
    """The conversation so far."""
    turns = tuple(given) if isinstance(given, Iterable) else (given,)
    if wrong := [turn for turn in turns if not isinstance(turn, Turn)]:
        raise InvalidValue(f"turns is a list of Turn(question, answer), the oldest first; it has {_kind(wrong[0])}")
    return turns


def filter_of(given: Any) -> Filter:
    """The filter; None admits every article."""
    if given is None:
        return Filter()
    if not isinstance(given, Filter):
        raise InvalidValue(f"where is a Filter, such as Filter(since=date(2025, 3, 1)), not {_kind(given)}")
    return given


def count_of(name: str, given: Any, most: int) -> int:
    """A number of things, from 1 up."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise InvalidValue(f"{name} is a whole number, not {_kind(given)}")
    if not 1 <= given <= most:
        raise InvalidValue(f"{name} must be 1 to {most}, not {given}")
    return given


def ids_of(call: str, given: Any) -> list[str]:
    """Ids of articles."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidValue(f"{call} takes a list of ids: {call}([article_id])")
    ids = list(given)
    if wrong := [one for one in ids if not isinstance(one, str)]:
        raise InvalidValue(f"an article's id is a text, not {_kind(wrong[0])}")
    return ids


def _kind(given: object) -> str:
    """What something is, for an error: "None", "an int: 8", "a dict: {}"."""
    if given is None:
        return "None"
    name = type(given).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}: {str(given)[:40]!r}"
