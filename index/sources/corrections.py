"""Corrections of a page that stand outside its main text: found, and put back above or below it."""

from __future__ import annotations

import re
from typing import Any

LONGEST_CHARACTERS = 1500  # a longer block that begins with the word is an article about it
_BLOCKS = ("p", "div", "aside", "section", "footer", "li", "em")
_BEGINS = re.compile(
    r"(?:correction|corrections? (?:and|&) clarifications?|corrected|clarification|erratum|editor['’]?s['’]? note|"
    r"update)\b\s*(?:\([^)]*\)|,? [\w ,]{0,30})?\s*[:.—–-]|"
    r"(?:an earlier|a previous) version of this (?:article|story|report)|"
    r"this (?:article|story|report) (?:was|has been) (?:amended|corrected|updated|changed)",
    re.I,
)


def with_corrections(tree: Any, text: str) -> str:
    """The text with the page's corrections that it lacks, each as a paragraph where it stood: above or below.

    tree: the page as lxml parsed it, whole.
    """
    folded = " ".join(text.split())
    above: list[str] = []
    below: list[str] = []
    passed = False
    # the first line that is no heading: what stands between the headline and it belongs above
    opening = next((line for line in map(_folded, text.split("\n")) if len(line) > 80), folded)[:40]
    found = _corrections(tree)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if not passed and opening and element.tag in ("p", "div", "span", "li", "td"):
            own = _folded(element.text or "")
            passed = len(own) > 10 and (opening.startswith(own[:40]) or own.startswith(opening))
        if element in found:
            said = found[element]
            if said not in folded:
                (below if passed else above).append(said)
    return "\n\n".join([*above, text, *below]) if above or below else text


def _folded(text: str) -> str:
    return " ".join(text.split())


def _corrections(tree: Any) -> dict[Any, str]:
    found: dict[Any, str] = {}
    for element in tree.iter(*_BLOCKS):
        said = " ".join("".join(element.itertext()).split()) if _short(element) else ""
        if len(said.split()) >= 6 and _BEGINS.match(said):
            found[element] = said
    return {e: said for e, said in found.items() if not any(d is not e and d in found for d in e.iterdescendants())}


def _short(element: Any) -> bool:
    """True when the element's text is not long; the text of a whole page is not put together to learn that."""
    size = 0
    for piece in element.itertext():
        size += len(piece)
        if size > 2 * LONGEST_CHARACTERS:
            return False
    return True
