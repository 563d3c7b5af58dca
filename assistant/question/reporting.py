"""What of a question is left when everything that only speaks of reporting is taken out: what it is about."""

from __future__ import annotations

import re

from assistant.english.lexicon import AUXILIARIES, FUNCTION_WORDS, OPENERS

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_OF_REPORTING = frozenset(
    "news newspaper newspapers paper papers press media coverage headline headlines article articles story stories "
    "report reports reported reporting publish published publishes print printed write writes wrote written say says "
    "said tell tells told read reads cover covered covers mention mentions mentioned appear appears appeared happen "
    "happens happened happening going new newest latest recent everything anything something else show list give find "
    "me there here been be get got people please day".split()
)
_SAYS_NOTHING = FUNCTION_WORDS | AUXILIARIES | OPENERS | _OF_REPORTING


def about(question: str) -> list[str]:
    """The words of a question that say what it is about, in order; [] where it asks for whatever was reported."""
    return [word for word in _WORD.findall(question) if re.sub(r"[’']s$", "", word.lower()) not in _SAYS_NOTHING]
