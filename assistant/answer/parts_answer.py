"""An answer to two questions in one: what the articles tell of each, and of which they tell nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.types import Answer, Citation, Searched, Statement


def of_parts(question: str, parts: Sequence[tuple[str, Answer]], sure: float, searched: Searched) -> Answer:
    """The parts' answers one after the other, their citations numbered through. parts: what each is about, its answer.

    A part that is declined is named in the text and among `unmentioned`.
    """
    text, missing = list[str](), list[str]()
    statements, citations = list[Statement](), list[Citation]()
    for about, answer in parts:
        if answer.abstained:
            missing.append(about)
            text.append(f"Of “{about}” the articles in this library do not tell.")
            continue
        known = {(c.article.id, c.start, c.end) for c in citations}
        if all((c.article.id, c.start, c.end) in known for c in answer.citations):
            continue  # one sentence answers both
        first = len(citations)
        moved = {c.number: first + n for n, c in enumerate(answer.citations, 1)}
        citations += [replace(c, number=moved[c.number]) for c in answer.citations]
        own = [replace(s, citations=tuple(moved[n] for n in s.citations)) for s in answer.statements]
        statements += own
        text += [f"{s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in own]
    hits = {hit.passage.id: hit for _, answer in parts for hit in answer.hits}
    absent = [name for _, answer in parts if answer.abstained for name in answer.unmentioned]
    return Answer(
        question=question,
        text=" ".join(text),
        statements=tuple(statements),
        citations=tuple(citations),
        confidence=sure,
        searched=searched,
        hits=tuple(hits.values()),
        unmentioned=tuple(dict.fromkeys([*absent, *missing])),
    )
