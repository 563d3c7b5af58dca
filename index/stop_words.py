"""English stop words: what carries no meaning in a question or a comparison of texts."""

from __future__ import annotations

# Words that carry no meaning in a question. They are indexed (a quotation may need them) and left out of questions.
STOP_WORDS = frozenset(
    "a about after all also am an and any are as at be because been being but by can could did do does doing for "
    "from had has have having he her hers him his how i if in into is it its just many me more most much my no nor "
    "not of on once or our out over own s same she should so some such t than that the their them then there these "
    "they this those to too under up very was we were what when where which while who whom whose why will with "
    "would you your according following tell say said says".split()
)
