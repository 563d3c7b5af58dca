"""Answers and articles as HTML. Every word that comes from an article or a person is escaped here, and only here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from assistant import Answer, Article, Citation, Filter, Statement

NO_COPIES: Mapping[str, Sequence[Article]] = {}
WINDOW = 9000  # characters shown on either side of a quotation in a very long article


def conversation(
    turns: Sequence[tuple[str, Answer | str]],
    texts: dict[str, str],
    busy: bool = False,
    also: Mapping[str, Sequence[Article]] = NO_COPIES,
) -> str:
    """The whole conversation. An answer that is still a text is one being written. also: copies of cited articles."""
    shown = "".join(_turn(number, asked, answer, texts, also) for number, (asked, answer) in enumerate(turns))
    return f'<div class="talk" role="log" aria-live="polite" aria-busy="{str(busy).lower()}">{shown}</div>'


def _turn(
    number: int, asked: str, answer: Answer | str, texts: dict[str, str], also: Mapping[str, Sequence[Article]]
) -> str:
    question = f'<div class="asked"><p>{escape(asked)}</p></div>'
    if isinstance(answer, str):
        text = escape(answer) or '<span class="waiting">Reading the articles…</span>'
        return f'{question}<article class="answer writing"><p class="said">{text}</p></article>'
    body = _refusal(number, answer, texts) if answer.abstained else _answer(number, answer, texts, also)
    return question + body


def _answer(number: int, answer: Answer, texts: dict[str, str], also: Mapping[str, Sequence[Article]]) -> str:
    numbered = {citation.number: citation for citation in answer.citations}
    said = " ".join(
        _struck(s)
        if not s.supported
        else escape(" ".join(s.text.split()))
        + "".join(_marker(number, numbered[n]) for n in s.citations if n in numbered)
        for s in answer.statements
    )
    lead = "The articles differ. " if answer.agreement.differ else ""
    cards = "".join(_card(f"s{number}-{c.number}", c.article, str(c.number), c.quote) for c in answer.citations)
    sources = "".join(_source(f"s{number}-{c.number}", c, answer.citations, texts, also) for c in answer.citations)
    return (
        f'<article class="answer"><p class="said">{lead}{said}</p><div class="cards">{cards}</div>'
        f"{_agreement(answer)}{_written_by(answer)}{_searched(answer)}{_tools(answer.text)}{sources}</article>"
    )


def _agreement(answer: Answer) -> str:
    """How many independent articles say the same, and which are not quoted."""
    told = answer.agreement
    if told.articles < 2:
        return ""
    others = "; ".join(escape(described_article(other)) for other in told.others)
    return f'<p class="agreement">{told.articles} articles say so. Also: {others}</p>'


def _refusal(number: int, answer: Answer, texts: dict[str, str]) -> str:
    nearest = list({hit.article.id: hit for hit in reversed(answer.hits[:8])}.values())[::-1][:3]
    cards, sources = "", ""
    for place, hit in enumerate(nearest):
        key = f"s{number}-near{place}"
        cards += _card(key, hit.article, "", hit.passage.text)
        span = (hit.passage.start, hit.passage.end)
        sources += (
            f'<template id="{key}">{article(hit.article, texts.get(hit.article.id, ""), [span], span)}</template>'
        )
    offer = (
        f'<p class="hint">The nearest articles, in case they help:</p><div class="cards">{cards}</div>'
        if nearest
        else (
            '<p class="hint">The library is empty. Add articles under “Library”.</p>'
            if not answer.searched.articles
            else ""
        )
    )
    first = answer.text.split(" Nearest:")[0]
    struck = "".join(f'<p class="said">{_struck(s)}</p>' for s in answer.statements if not s.supported)
    return (
        f'<article class="answer refusal"><p class="said">{escape(first)}</p>{struck}{offer}'
        f"{_written_by(answer)}{_searched(answer)}{sources}</article>"
    )


def _struck(statement: Statement) -> str:
    """A sentence that the articles do not bear out, crossed out, with the reason."""
    said, problem = escape(" ".join(statement.text.split())), escape(statement.problem)
    return f'<span class="struck"><del>{said}</del> <em>not supported: {problem}</em></span>'


def _written_by(answer: Answer) -> str:
    """Which model wrote the answer and how many of its sentences stand, or why it did not."""
    parts = [answer.note] if answer.note else []
    if answer.model:
        struck = sum(not s.supported for s in answer.statements)
        checked = f"{struck} of its sentences not supported by the articles" if struck else "every sentence checked"
        parts.insert(0, f"Written by {answer.model}: {checked}" if not answer.abstained else f"Asked: {answer.model}")
    return f'<p class="written-by">{escape(" · ".join(parts))}</p>' if parts else ""


def _marker(number: int, citation: Citation) -> str:
    described = escape(described_article(citation.article))
    return (
        f'<span class="cite-at"><button type="button" class="cite" data-source="s{number}-{citation.number}" '
        f'aria-label="Source {citation.number}: {described}">{citation.number}</button>'
        f'<span class="tip" role="tooltip"><b>{described}</b><q>{escape(_short(citation.quote))}</q></span></span>'
    )


def _short(text: str, most: int = 220) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def described_article(article: Article) -> str:
    """Title, publisher and date in one line."""
    day = f"{article.day:%-d %B %Y}" if article.day else None
    return " · ".join(part for part in (article.title or "Untitled", article.publisher, day) if part)


def _card(key: str, article: Article, mark: str, quote: str) -> str:
    day = f"{article.day:%-d %b %Y}" if article.day else ""
    facts = " · ".join(escape(part) for part in (article.publisher or "", day) if part)
    badge = f'<span class="badge">{escape(mark)}</span>' if mark else ""
    return (
        f'<button type="button" class="card" data-source="{key}">{badge}<span class="card-title">'
        f'{escape(article.title or "Untitled")}</span><span class="card-facts">{facts}</span>'
        f'<span class="card-quote">{escape(_short(quote, 120))}</span></button>'
    )


def _source(
    key: str,
    citation: Citation,
    citations: Sequence[Citation],
    texts: dict[str, str],
    also: Mapping[str, Sequence[Article]],
) -> str:
    spans = [(c.start, c.end) for c in citations if c.article.id == citation.article.id]
    here = (citation.start, citation.end)
    copies = also.get(citation.article.id, ())
    shown = article(citation.article, texts.get(citation.article.id, ""), spans, here, copies)
    return f'<template id="{key}">{shown}</template>'


def article(
    article: Article,
    text: str,
    spans: Sequence[tuple[int, int]] = (),
    here: tuple[int, int] | None = None,
    also: Sequence[Article] = (),
) -> str:
    """An article with spans of its text highlighted, by their offsets; `here` is the one scrolled to. also: copies."""
    facts = " · ".join(
        escape(part)
        for part in (
            article.publisher or "",
            f"{article.day:%-d %B %Y}" if article.day else "",
            ", ".join(article.authors),
            f"page {article.page_at(here[0])}" if here and article.pages else "",
        )
        if part
    )
    if also:
        facts += f"<br>also in: {escape('; '.join(described_article(copy) for copy in also))}"
    title = escape(article.title or "Untitled")
    if article.url and article.url.startswith(("http://", "https://")):
        title = f'<a href="{escape(article.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    at = here or (0, 0)
    start, end = max(0, at[0] - WINDOW), min(len(text), at[1] + WINDOW)
    body = _paragraphs(text, start, end, sorted(set(spans)), here)
    before = '<p class="cut">The beginning of this long article is left out.</p>' if start else ""
    after = '<p class="cut">The rest of this long article is left out.</p>' if end < len(text) else ""
    return f'<h2 tabindex="-1">{title}</h2><p class="facts">{facts}</p><div class="text">{before}{body}{after}</div>'


def _paragraphs(text: str, start: int, end: int, spans: Sequence[tuple[int, int]], here: tuple[int, int] | None) -> str:
    out = []
    at = start
    for line in text[start:end].split("\n"):
        stop = at + len(line)
        if line.strip():
            out.append(f"<p>{_marked(text, at, stop, spans, here)}</p>")
        at = stop + 1
    return "".join(out)


def _marked(text: str, start: int, end: int, spans: Sequence[tuple[int, int]], here: tuple[int, int] | None) -> str:
    out, at = "", start
    for a, b in spans:
        a, b = max(a, at), min(b, end)
        if a >= b:
            continue
        inside = here is not None and here[0] <= a and b <= here[1]
        out += escape(text[at:a]) + f"<mark{' class=here' if inside else ''}>{escape(text[a:b])}</mark>"
        at = b
    return out + escape(text[at:end])


def window(where: Filter) -> str:
    """The filter in words: "from 3 May 2025, to 10 May 2025, The Meridian"."""
    parts = []
    if where.since:
        parts.append(f"from {where.since:%-d %B %Y}")
    if where.until:
        parts.append(f"to {where.until:%-d %B %Y}")
    parts.extend(where.publishers)
    return ", ".join(parts)


def _searched(answer: Answer) -> str:
    searched = answer.searched
    noun = "article" if searched.articles == 1 else "articles"
    limits = window(searched.where)
    waiting = f" · {searched.pending} still being indexed, found by their words only" if searched.pending else ""
    sure = "" if answer.abstained else f" · {confidence(answer.confidence)}"
    remark = note(searched.note) if searched.note else ""
    within = f" ({escape(limits)})" if limits else ""
    return f'<p class="searched">Searched {searched.articles:,} {noun}{within}{sure}{waiting}</p>{remark}'


def confidence(value: float) -> str:
    """A confidence in words."""
    for least, words in ((0.8, "high confidence"), (0.55, "fair confidence")):
        if value >= least:
            return words
    return "low confidence: read the sources"


def _tools(text: str) -> str:
    return f'<div class="tools"><button type="button" class="copy" data-copy="{escape(text)}">Copy</button></div>'


def note(text: str) -> str:
    """A plain remark."""
    return f'<p class="hint">{escape(text)}</p>'


def welcome(empty: bool) -> str:
    """What the chat shows before the first question."""
    if empty:
        return (
            '<div class="talk"><div class="welcome"><h1>The library is empty</h1><p>Add articles under “Library”: '
            "drop files there, or load the sample articles to try things out.</p></div></div>"
        )
    return (
        '<div class="talk"><div class="welcome"><h1>Ask your articles</h1><p>Every sentence of an answer is quoted to '
        "the character. Choose a number to read it where it stands.</p></div></div>"
    )


def empty_reader() -> str:
    """The reader before anything was opened."""
    return '<div class="reader-empty"><p>Sources open here, with the quoted sentence highlighted.</p></div>'
