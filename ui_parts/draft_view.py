"""The Draft tab as HTML: each sentence of a draft in the colour of its verdict, with numbers that open its sources."""

from __future__ import annotations

from assistant.conversations.draft_report import pieces
from assistant.verify.types import Finding, Outcome, Verified
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts

_COUNTED = {
    Outcome.BORNE_OUT: "draft_borne_out",
    Outcome.PARTLY: "draft_partly",
    Outcome.CONTRADICTED: "draft_contradicted",
    Outcome.NOT_FOUND: "draft_not_found_here",
    Outcome.PASSED_OVER: "draft_passed_over",
}
_VERDICTS = {
    Outcome.BORNE_OUT: "draft_is_borne_out",
    Outcome.PARTLY: "draft_is_partly",
    Outcome.CONTRADICTED: "draft_is_contradicted",
    Outcome.NOT_FOUND: "draft_is_not_found_here",
}


def checking(say: Texts) -> str:
    """A draft on its way through the check."""
    return TEMPLATES.draw("draft.html", "checking", say=say)


def checked(report: Verified, say: Texts) -> str:
    """The draft, its sentences coloured, and how many have each verdict."""
    counts = [(_style(outcome), say(_COUNTED[outcome], count=n)) for outcome, n in report.counts.items() if n]
    citations = {citation.number: citation for citation in report.citations}
    searched = say("searched", count=report.searched.articles)
    return TEMPLATES.draw(
        "draft.html", "checked", pieces(report), counts, searched, citations, say=say, style=_style, verdict=_verdict
    )


def _style(outcome: Outcome) -> str:
    """The name of a verdict in page.css: "borne_out"."""
    return outcome.replace(" ", "_")


def _verdict(finding: Finding, say: Texts) -> str:
    """What was found for a sentence, and what is wrong with it."""
    verdict = say(_VERDICTS[finding.outcome])
    return f"{verdict}: {finding.problem}" if finding.problem else verdict
