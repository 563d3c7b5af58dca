"""The report on a draft to take away: as Markdown, or as one HTML file that asks for nothing else."""

from __future__ import annotations

from typing import NamedTuple

from assistant.conversations.export import described, draw, marked, place_of, quote_link
from assistant.verify.types import Finding, Outcome, Verified

_SIGNS = {
    Outcome.BORNE_OUT: "✓",
    Outcome.PARTLY: "~",
    Outcome.CONTRADICTED: "✗",
    Outcome.NOT_FOUND: "?",
    Outcome.PASSED_OVER: "–",
}
STYLE = """
.claim { border-bottom: 2px solid; text-decoration: none; color: inherit; scroll-margin-top: 40vh }
.borne-out { border-color: #2e7d4f; background: #2e7d4f1c } .partly { border-color: #b8860b; background: #b8860b22 }
.contradicted { border-color: #c0392b; background: #c0392b22 }
.not-found-here { border-color: #8a8f98; background: #8a8f9822 }
.claim mark { background: none; color: inherit; text-decoration: underline wavy #c0392b }
.claim sup { font: 600 12px system-ui, sans-serif } .draft { white-space: pre-wrap }
""".strip()


def summary(report: Verified) -> str:
    """How many sentences came to what, in one line."""
    parts = [f"{count} {outcome}" for outcome, count in report.counts.items() if count]
    noun = "article" if report.searched.articles == 1 else "articles"
    return f"{', '.join(parts)}; held against {report.searched.articles:,} {noun}."


def markdown(report: Verified) -> str:
    """The report as Markdown (CommonMark): every sentence with its outcome, then the quotations."""
    parts = ["# Verified draft", summary(report)]
    for finding in report.findings:
        numbers = "".join(f"[{n}]" for n in finding.sources)
        why = f" ({marked(finding.problem)})" if finding.problem else ""
        parts.append(f"{_SIGNS[finding.outcome]} **{finding.outcome}** {numbers}{why}\n\n> {marked(finding.text)}")
    for c in report.citations:
        link = quote_link(c)
        facts = [marked(described(c.article)), f"<{link}>" if link else "", marked(place_of(c))]
        shown = "\n   > ".join(marked(line) for line in c.quote.splitlines() if line.strip())
        parts.append(f"{c.number}. {', '.join(fact for fact in facts if fact)}\n\n   > “{shown}”")
    return "\n\n".join(parts) + "\n"


def page(report: Verified) -> str:
    """The report as one HTML file: the draft with its sentences coloured, each leading to its quotation."""
    return draw("draft", report, summary(report), pieces=pieces, draft_style=STYLE)


class Piece(NamedTuple):
    """A part of a draft. finding: what was found for it; None for what claims nothing. words: its text, told apart by
    whether it is borne out: (text, is_wrong)."""

    text: str
    finding: Finding | None = None
    words: tuple[tuple[str, bool], ...] = ()


def pieces(report: Verified) -> list[Piece]:
    """The whole draft in its order: sentences that claim something, and what stands between them."""
    found, at = [], 0
    for finding in report.findings:
        if finding.outcome is not Outcome.PASSED_OVER:
            found += [Piece(report.text[at : finding.start]), Piece(finding.text, finding, _words(finding))]
            at = finding.end
    return [*found, Piece(report.text[at:])]


def _words(finding: Finding) -> tuple[tuple[str, bool], ...]:
    found, at = [], 0
    for start, end in sorted(finding.wrong):  # in the order in which they were found wrong; they may overlap
        if end > at:
            found += [(finding.text[at:start], False), (finding.text[max(at, start) : end], True)]
            at = end
    return (*found, (finding.text[at:], False))
