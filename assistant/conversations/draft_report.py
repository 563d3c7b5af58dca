"""The report on a draft to take away: as Markdown, or as one HTML file that asks for nothing else.

Draft and articles are other people's words: all of them are escaped.
"""

from __future__ import annotations

from html import escape

from assistant.conversations.export import address, described, marked, place_of, shell
from assistant.types import Citation
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
        link = address(c.article)
        facts = [marked(described(c.article)), f"<{link}>" if link else "", place_of(c)]
        shown = "\n   > ".join(marked(line) for line in c.quote.splitlines() if line.strip())
        parts.append(f"{c.number}. {', '.join(fact for fact in facts if fact)}\n\n   > “{shown}”")
    return "\n\n".join(parts) + "\n"


def page(report: Verified) -> str:
    """The report as one HTML file: the draft with its sentences coloured, each leading to its quotation."""
    quotes = "".join(_quote(c) for c in report.citations)
    body = (
        f'<p class="facts">{escape(summary(report))}</p><div class="draft">{draft_html(report)}</div><ol>{quotes}</ol>'
    )
    return shell("Verified draft", body, STYLE)


def draft_html(report: Verified) -> str:
    """The draft, each sentence that claims something in the colour of its outcome, with links to #q1-NUMBER."""
    out, at = "", 0
    for finding in report.findings:
        out += escape(report.text[at : finding.start]) + _sentence(finding)
        at = finding.end
    return out + escape(report.text[at:])


def _sentence(finding: Finding) -> str:
    if finding.outcome is Outcome.PASSED_OVER:
        return escape(finding.text)
    out, at = "", 0
    for start, end in finding.wrong:
        out += f"{escape(finding.text[at:start])}<mark>{escape(finding.text[start:end])}</mark>"
        at = end
    out += escape(finding.text[at:])
    kind = finding.outcome.replace(" ", "-")
    title = escape(f"{finding.outcome}{f': {finding.problem}' if finding.problem else ''}", quote=True)
    numbers = "".join(f'<a href="#q1-{n}" data-source="{n}">[{n}]</a>' for n in finding.sources)
    return f'<span class="claim {kind}" title="{title}" tabindex="0">{out}<sup>{numbers}</sup></span>'


def _quote(c: Citation) -> str:
    link, said = address(c.article), escape(described(c.article))
    if link:
        said = f'<a href="{escape(link)}" rel="noopener noreferrer">{said}</a>'
    return (
        f'<li value="{c.number}" id="q1-{c.number}">{said}<blockquote>{escape(c.quote)}</blockquote>'
        f'<span class="facts">{escape(place_of(c))}</span></li>'
    )
