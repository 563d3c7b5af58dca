"""Questions and their answers as HTML. Every word that comes from an article or a person is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from assistant import Answer, Article, Citation, Hit, Statement
from assistant.conversations.types import Exchange
from assistant.types import around
from ui_parts.texts import Texts
from ui_parts.words import attribute, described, facts, one_line, sure, title, window

_THUMB = (
    '<svg viewBox="0 0 16 16" width="15" height="15" aria-hidden="true"><path fill="none" stroke="currentColor" '
    'stroke-width="1.4" stroke-linejoin="round" d="M5 7.2 7.6 1.8c1.2 0 1.9.9 1.7 2L8.8 6.2h3.7c.9 0 1.6.9 1.3 1.8'
    'l-1.4 4.6c-.2.6-.7 1-1.3 1H5m0-6.4v6.4m0-6.4H2.2v6.4H5"/></svg>'
)
NEAREST = 3  # articles offered when they do not say


@dataclass(frozen=True, slots=True)
class Shown:
    """One exchange with what is told around it. copies: of the cited articles, by id. mine: may be changed."""

    exchange: Exchange
    copies: Mapping[str, Sequence[Article]] = field(default_factory=dict)
    mine: bool = True


def exchanges(shown: Sequence[Shown], say: Texts) -> str:
    """The conversation so far."""
    return f'<div class="exchanges">{"".join(_exchange(one, say) for one in shown)}</div>'


def writing(question: str, written: str, say: Texts) -> str:
    """A question whose answer is being written."""
    text = escape(written) or f'<span class="waiting">{escape(say("reading"))}</span>'
    return (
        f'<section class="exchange">{_asked(question)}<article class="answer writing" aria-busy="true">'
        f'<p class="said">{text}</p></article></section>'
    )


def problem(message: str, question: str = "") -> str:
    """What went wrong and what to do, in place of an answer."""
    asked = _asked(question) if question else ""
    return f'<section class="exchange">{asked}<p class="problem" role="alert">{escape(message)}</p></section>'


def shared_note(exchange: Exchange, say: Texts) -> str:
    """What stands above an answer that someone else gave the address of."""
    return f'<p class="shared">{escape(say("shared", day=say.day(exchange.asked.date())))}</p>'


def _asked(question: str, edit: str = "") -> str:
    return f'<div class="asked"><h2>{escape(question)}</h2>{edit}</div>'


def _exchange(one: Shown, say: Texts) -> str:
    exchange, answer = one.exchange, one.exchange.answer
    label = attribute(aria_label=say("edit"), title=say("edit"))
    edit = f'<button type="button" class="quiet edit" data-do="edit"{label}>{escape(say("edit_short"))}</button>'
    body = _refusal(answer, say) if answer.abstained else _answer(one, say)
    kind = "answer refusal" if answer.abstained else "answer"
    return (
        f'<section class="exchange"{attribute(id=f"x-{exchange.id}", data_exchange=exchange.id)}>'
        f"{_asked(exchange.question, edit if one.mine else '')}"
        f'<article class="{kind}" aria-label="{escape(say("answer"))}">{body}{_written_by(answer, say)}'
        f"{_searched(answer, say)}{_tools(one, say)}</article></section>"
    )


def _answer(one: Shown, say: Texts) -> str:
    answer = one.exchange.answer
    numbered = {citation.number: citation for citation in answer.citations}
    if answer.agreement.differ:
        said = _sides(answer, numbered, one.exchange.id, say)
    else:
        parts = (
            _statement(s, numbered, f"{one.exchange.id}-{n}", say, "" if n else answer.short)
            for n, s in enumerate(answer.statements)
        )
        said = f'<p class="said">{" ".join(parts)}</p>'
    return f"{said}{_cards(answer.citations, say)}{_who_else(one, say)}"


def _sides(answer: Answer, numbered: Mapping[int, Citation], key: str, say: Texts) -> str:
    """Sentences that contradict each other, each with who said it and when."""
    rows = []
    for n, statement in enumerate(answer.statements):
        first = next((numbered[c] for c in statement.citations if c in numbered), None)
        who = f'<span class="who">{facts(first.article, say)}</span>' if first else ""
        short = "" if n else answer.short
        rows.append(f"<li>{who}{_statement(statement, numbered, f'{key}-{n}', say, short)}</li>")
    return f'<p class="differ">{escape(say("differ"))}</p><ul class="said sides">{"".join(rows)}</ul>'


def _statement(statement: Statement, numbered: Mapping[int, Citation], key: str, say: Texts, short: str = "") -> str:
    """One sentence with its numbers; short: the words in it that answer, which stand out."""
    said = one_line(statement.text)
    if not statement.supported:
        why = escape(say("not_supported", problem=statement.problem))
        return f'<span class="struck"><del>{said}</del> <em>{why}</em></span>'
    markers = (_marker(numbered[n], f"{key}-{n}", say) for n in statement.citations if n in numbered)
    before, words, after = around(statement.text, short)
    begin, space, last = (after if words else before).rpartition(" ")
    bold = f"{escape(before)}<b>{escape(words)}</b>" if words else ""
    keep = f'<span class="keep">{escape(last)}{"".join(markers)}</span>'  # a number does not begin a line
    return f"{bold}{escape(begin)}{space}{keep}"


def _marker(citation: Citation, key: str, say: Texts) -> str:
    """[n] as a button, with what shows when it is pointed at or has the focus."""
    about = described(citation.article, say)
    label = say("source_of", number=str(citation.number), article=about)
    return (
        f'<span class="cite-at"><button type="button" class="cite"{_place(citation)}{attribute(aria_label=label)}'
        f' aria-describedby="t-{escape(key)}">{citation.number}</button>'
        f'<span class="tip" role="tooltip" id="t-{escape(key)}"><b>{escape(title(citation.article, say))}</b>'
        f"<i>{facts(citation.article, say)}</i><q>{escape(citation.quote)}</q></span></span>"
    )


def _place(citation: Citation) -> str:
    return attribute(
        data_article=citation.article.id, data_start=citation.start, data_end=citation.end, data_number=citation.number
    )


def _cards(citations: Sequence[Citation], say: Texts) -> str:
    """A card for each article quoted, with the numbers of its quotes."""
    if not citations:
        return ""
    by_article: dict[str, list[Citation]] = {}
    for citation in citations:
        by_article.setdefault(citation.article.id, []).append(citation)
    cards = "".join(
        f'<li><button type="button" class="card"{_place(quoted[0])}>'
        f'<span class="badge">{" ".join(str(c.number) for c in quoted)}</span>{_card_text(quoted[0].article, say)}'
        f"</button></li>"
        for quoted in by_article.values()
    )
    return f'<ul class="cards" aria-label="{escape(say("sources"))}">{cards}</ul>'


def _card_text(article: Article, say: Texts) -> str:
    return (
        f'<span class="card-title">{escape(title(article, say))}</span>'
        f'<span class="card-facts">{facts(article, say)}</span>'
    )


def _who_else(one: Shown, say: Texts) -> str:
    """Which other articles say the same, and which carry the same text."""
    told = one.exchange.answer.agreement
    others = [(other, "") for other in told.others]
    cited = {c.article.id for c in one.exchange.answer.citations}
    others += [
        (copy, f" ({escape(say('same_story'))})")
        for article_id in cited
        for copy in one.copies.get(article_id, ())
        if copy.id not in cited
    ]
    if not others:
        return ""
    count = f"{escape(say('agree', count=told.articles))} " if told.articles > 1 else ""
    rows = "".join(
        f'<li><button type="button" class="link"{attribute(data_article=other.id)}>'
        f"{escape(described(other, say))}</button>{how}</li>"
        for other, how in others
    )
    return (
        f'<details class="who-else"><summary>{escape(say("who_else"))} ({len(others)})</summary>'
        f"<p>{count}{escape(say('also'))}:</p><ul>{rows}</ul></details>"
    )


def _refusal(answer: Answer, say: Texts) -> str:
    struck = "".join(f'<p class="said">{_statement(s, {}, "", say)}</p>' for s in answer.statements if not s.supported)
    everything = (
        f'<li>{escape(say("try_filter"))} <button type="button" class="link" data-do="everything">'
        f"{escape(say('try_everything'))}</button></li>"
        if answer.searched.where
        else ""
    )
    tips = "".join(f"<li>{escape(say(name))}</li>" for name in ("try_names", "try_smaller", "try_add"))
    return (
        f'<p class="said">{escape(say("refusal_text"))}</p>{struck}{_nearest(answer.hits, say)}'
        f'<div class="try"><p>{escape(say("try"))}</p><ul>{everything}{tips}</ul></div>'
    )


def _nearest(hits: Sequence[Hit], say: Texts) -> str:
    best: dict[str, Hit] = {}
    for hit in hits[:8]:
        best.setdefault(hit.article.id, hit)
    if not best:
        return ""
    cards = "".join(
        '<li><button type="button" class="card"'
        + attribute(data_article=hit.article.id, data_start=hit.passage.start, data_end=hit.passage.end)
        + f">{_card_text(hit.article, say)}"
        f'<span class="card-quote">{one_line(hit.passage.text, 160)}</span></button></li>'
        for hit in list(best.values())[:NEAREST]
    )
    label = escape(say("nearest"))
    return f'<p class="hint">{label}</p><ul class="cards" aria-label="{label}">{cards}</ul>'


def _written_by(answer: Answer, say: Texts) -> str:
    """Which model wrote the answer and how many of its sentences stand, or why it did not."""
    parts = [answer.note] if answer.note else []
    if answer.model:
        struck = sum(not s.supported for s in answer.statements)
        name = "asked_model" if answer.abstained else "written_by_struck" if struck else "written_by"
        parts.insert(0, say(name, model=answer.model, count=struck))
    return f'<p class="written-by">{escape(" · ".join(parts))}</p>' if parts else ""


def _searched(answer: Answer, say: Texts) -> str:
    """What was searched: how many articles, in which window, of whom; what is still being indexed."""
    searched = answer.searched
    within = window(searched.where, say)
    parts = [say("searched", count=searched.articles) + (f" ({within})" if within else "")]
    if not answer.abstained:
        parts.append(sure(answer.confidence, say))
    if searched.pending:
        parts.append(say("pending", count=searched.pending))
    remark = f'<p class="hint">{escape(searched.note)}</p>' if searched.note else ""
    read_as = f'<p class="hint">{escape(say("read_as", question=answer.read_as))}</p>' if answer.read_as else ""
    return f'{read_as}<p class="searched">{escape(" · ".join(parts))}</p>{remark}'


def _tools(one: Shown, say: Texts) -> str:
    exchange = one.exchange

    def button(do: str, text: str, label: str = "", **more: str) -> str:
        named = attribute(data_do=do, **({"aria_label": label, "title": label} if label else {}), **more)
        return f'<button type="button" class="quiet"{named}>{escape(text)}</button>'

    made = [button("copy", say("copy"), data_copy=exchange.answer.text, data_done=say("copied"))]
    made.append(button("link", say("link"), say("link_about"), data_done=say("copied")))
    made.append(button("timeline", say("as_timeline"), data_question=exchange.question))
    if one.mine:
        made.insert(1, button("retry", say("retry")))
        made += [_thumb(thumb, exchange.thumb == thumb, say) for thumb in (1, -1)]
    return f'<div class="tools">{"".join(made)}</div>'


def _thumb(thumb: int, pressed: bool, say: Texts) -> str:
    label = say("good" if thumb > 0 else "bad")
    named = attribute(
        data_do="rate", data_thumb=thumb, aria_pressed=str(pressed).lower(), aria_label=label, title=label
    )
    return f'<button type="button" class="quiet thumb"{named}>{_THUMB}</button>'


def suggestions(questions: Sequence[str], label: str) -> str:
    """Questions as buttons that ask them; "" for none."""
    if not questions:
        return ""
    rows = "".join(
        f'<li><button type="button" class="suggestion" data-do="ask">{escape(question)}</button></li>'
        for question in questions
    )
    return f'<div class="suggestions"><p>{escape(label)}</p><ul>{rows}</ul></div>'
