"""What is no question of the articles: thanks, a greeting, "what can you do?"; and the short reply it gets."""

from __future__ import annotations

import re

_THANKS = "You are welcome."
_GREETING = "Hello. Ask something that the articles may tell, such as who, when, where, how many or why."
_HELP = (
    "I answer questions from the articles in this library, in their own words and with their sources. Ask who, when, "
    "where, how many or why; ask for the latest on something, for its timeline, or which articles mention it; give a "
    "quotation to find where it is from. When the articles do not say, I say so."
)
_REPLIES = tuple(
    (re.compile(rf"(?:{pattern})[\s!.,?]*", re.I), reply)
    for pattern, reply in (
        (r"(?:ok(?:ay)?|great|good|perfect|nice|fine|alright|all right|cool|got it|i see|yes|no)?[\s,.!]*"
         r"(?:many |a lot of )?(?:thanks|thank you|thx|cheers|ta)(?: (?:a lot|so much|very much|again))?", _THANKS),
        (r"ok(?:ay)?|great|good|perfect|nice|fine|alright|all right|cool|got it|i see|yes|no|well done", "Good."),
        (r"hi|hello|hey|good (?:morning|afternoon|evening|day)|hi there|hello there|greetings|moin|hallo", _GREETING),
        (r"(?:hi|hello|hey)?[\s,!]*how (?:are you(?: doing)?(?: today)?|do you do|is it going)", _GREETING),
        (r"bye|goodbye|see you(?: later)?|good night", "Goodbye."),
        (r"help|what can (?:you|i) (?:do|ask)(?: here| you)?|who are you|what are you|how does this work|"
         r"how do(?:es)? (?:you|it|this) work|what is this", _HELP),
    )
)  # fmt: skip


def reply_to(text: str) -> str:
    """The reply to what is no question of the articles; "" for everything else."""
    return next((reply for pattern, reply in _REPLIES if pattern.fullmatch(text.strip())), "")
