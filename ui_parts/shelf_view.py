"""The Library tab as HTML: the list with its histogram, what would go in, what is going in, and an article's reader.

Every word that comes from an article, a source or a person is escaped here. What a button does stands in data-lib:
ui_parts/library.js passes it on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any
from urllib.parse import quote

from assistant import Article, Bar, Filter, Listing, Preview
from assistant.server.jobs import ENDED, Job, State
from ui_parts.texts import Texts

PAGE = 50  # rows of the table
SHOWN_FAILURES = 20  # of one source
LONGEST = 40_000  # characters of an article in the tab's reader
WIDE, HIGH, GAP = 1000, 90, 0.18  # of the histogram, in its own units; the share of a bar that is left free
COLUMNS = ("date", "title", "publisher")


@dataclass(frozen=True, slots=True)
class View:
    """What the list shows. removed: (id, title) of what was removed last and can be put back."""

    words: str = ""
    where: Filter = Filter()
    sort: str = "date"
    descending: bool = True
    offset: int = 0
    removed: tuple[tuple[str, str], ...] = ()
    said: str = ""


def button(text: str, do: str, kind: str = "quiet", label: str = "", **data: str | int) -> str:
    """A button that does something: library.js reads what from its data."""
    given = "".join(f' data-{name}="{escape(str(value))}"' for name, value in data.items())
    named = f' aria-label="{escape(label)}"' if label else ""
    return f'<button type="button" class="{kind}" data-lib="{escape(do)}"{given}{named}>{escape(text)}</button>'


# the list


def shelf(page: Listing, bars: Sequence[Bar], view: View, total: int, say: Texts, may_change: bool) -> str:
    """The notice, the histogram and the table. total: articles in the library."""
    count = f'<div class="lib-count">{_count(page, view, total, say)}</div>'
    table = _table(page, view, say, may_change) if page.articles else _nothing(total, say)
    return f"{_notice(view, say)}{_histogram(bars, view, say)}{count}{table}{_pager(page, view, say)}"


def _notice(view: View, say: Texts) -> str:
    undo = button(say("lib_undo"), "undo", "strong") if view.removed else ""
    said = f"<span>{escape(view.said)}</span>" if view.said else ""
    return f'<div class="lib-notice" role="status">{said}{undo}</div>'


def _count(page: Listing, view: View, total: int, say: Texts) -> str:
    limited = bool(view.words or view.where)
    shown = say("lib_found", count=page.total, total=total) if limited else say("lib_articles", count=page.total)
    chips = ""
    if view.where.since and view.where.until:
        days = say("lib_window", start=say.day(view.where.since), end=say.day(view.where.until))
        chips += button(f"{days} ×", "all-days", "chip", f"{days}: {say('lib_window_clear')}")
    for publisher in view.where.publishers:
        chips += button(f"{publisher} ×", "all-publishers", "chip")
    clear = button(say("lib_clear"), "all", "link") if limited else ""
    return f"<span>{escape(shown)}</span>{chips}{clear}"


def _nothing(total: int, say: Texts) -> str:
    return f'<p class="lib-none">{escape(say("lib_none" if total else "lib_empty"))}</p>'


def _table(page: Listing, view: View, say: Texts, may_change: bool) -> str:
    heads = "".join(_head(column, view, say) for column in COLUMNS)
    heads += f'<th scope="col">{escape(say("lib_copies"))}</th><th scope="col">{escape(say("lib_state"))}</th>'
    heads += f'<th scope="col"><span class="lib-unseen">{escape(say("lib_remove"))}</span></th>' if may_change else ""
    rows = "".join(_row(article, page, say, may_change) for article in page.articles)
    caption = say("lib_table", column=say(f"lib_{view.sort}"))
    return (
        f'<table class="lib-table"><caption class="lib-unseen">{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _head(column: str, view: View, say: Texts) -> str:
    here = column == view.sort
    order = ("descending" if view.descending else "ascending") if here else "none"
    mark = ("↓" if view.descending else "↑") if here else ""
    name = say(f"lib_{column}")
    sort = button(f"{name} {mark}".strip(), "sort", "link", say("lib_sort", column=name), column=column)
    return f'<th scope="col" aria-sort="{order}">{sort}</th>'


def _row(article: Article, page: Listing, say: Texts, may_change: bool) -> str:
    title = article.title or say("lib_untitled")
    state = page.states.get(article.id, "ready")
    told = say("lib_copy_short") if state == "copy" else say(f"lib_{state}")
    versions = page.versions.get(article.id, 0)
    if versions:
        told += f" · {say('lib_versions', count=versions)}"
    copies = page.copies.get(article.id, 0)
    remove = button("×", "remove", "quiet", say("lib_remove_one", title=title), id=article.id, title=title)
    publisher = article.publisher or ""
    named = button(publisher, "publisher", "link", publisher=publisher) if publisher else ""
    day = say.day(article.day, short=True) if article.day else say("lib_no_date")
    counted = f'{copies}<span class="lib-phone"> {escape(say("lib_copies"))}</span>' if copies else ""
    return (
        f'<tr><td class="lib-day">{escape(day)}</td>'
        f"<td>{button(title, 'open', 'link lib-open', id=article.id)}</td><td>{named}</td>"
        f"<td>{counted}</td><td>{escape(told)}</td>{f'<td>{remove}</td>' if may_change else ''}</tr>"
    )


def _pager(page: Listing, view: View, say: Texts) -> str:
    if page.total <= PAGE:
        return ""
    last = min(view.offset + PAGE, page.total)
    before = button(say("lib_previous"), "page", offset=max(0, view.offset - PAGE)) if view.offset else ""
    after = button(say("lib_next"), "page", offset=view.offset + PAGE) if last < page.total else ""
    where = say("lib_page", first=view.offset + 1, last=last, total=page.total)
    named = escape(say("lib_pages"))
    return f'<nav class="lib-pages" aria-label="{named}">{before}<span>{escape(where)}</span>{after}</nav>'


def _histogram(bars: Sequence[Bar], view: View, say: Texts) -> str:
    if len(bars) < 2:
        return ""
    most = max(bar.articles for bar in bars)
    width = WIDE / len(bars)
    drawn = "".join(_bar(n, bar, width, most, view.where, say) for n, bar in enumerate(bars))
    first, last = say.day(bars[0].start, short=True), say.day(bars[-1].end, short=True)
    return (
        f'<figure class="lib-histogram"><svg viewBox="0 0 {WIDE} {HIGH}" preserveAspectRatio="none" role="group"'
        f' aria-label="{escape(say("lib_histogram"))}">{drawn}</svg>'
        f"<figcaption><span>{escape(first)}</span><span>{escape(last)}</span></figcaption></figure>"
    )


def _bar(n: int, bar: Bar, width: float, most: int, where: Filter, say: Texts) -> str:
    high = 0.0 if not bar.articles else max(2.0, bar.articles / most * (HIGH - 4))
    one_day = bar.start == bar.end
    label = say(
        "lib_bar_day" if one_day else "lib_bar", start=say.day(bar.start), end=say.day(bar.end), count=bar.articles
    )
    chosen = where.since is not None and where.until is not None and where.since <= bar.start and bar.end <= where.until
    x = round(n * width, 2)
    return (
        f'<g role="button" class="lib-bar" tabindex="{0 if n == 0 else -1}" aria-pressed="{str(chosen).lower()}"'
        f' aria-label="{escape(label)}" data-start="{bar.start.isoformat()}" data-end="{bar.end.isoformat()}">'
        f'<title>{escape(label)}</title><rect class="lib-hit" x="{x}" y="0" width="{width:.2f}" height="{HIGH}"/>'
        f'<rect class="lib-fill" x="{x + GAP / 2 * width:.2f}" y="{HIGH - high:.2f}" width="{(1 - GAP) * width:.2f}"'
        f' height="{high:.2f}"/></g>'
    )


# what goes in


def adding(say: Texts) -> str:
    """The forms to add addresses and pasted text; files have a component of Gradio's below."""

    def field(name: str, optional: bool = True) -> str:
        label = say("lib_optional", name=say(f"lib_{name}")) if optional else say(f"lib_{name}")
        return f'<label>{escape(label)}<input name="{name}" type="text" maxlength="2000" autocomplete="off"></label>'

    preview = f'<button type="submit" class="strong">{escape(say("lib_preview_do"))}</button>'
    return (
        f'<h2>{escape(say("lib_add"))}</h2><form data-lib="addresses"><label>{escape(say("lib_addresses"))}'
        f'<textarea name="addresses" rows="2" maxlength="20000"></textarea></label>{preview}</form>'
        f'<details class="lib-paste"><summary>{escape(say("lib_paste"))}</summary><form data-lib="paste">'
        f'<label>{escape(say("lib_text"))}<textarea name="text" rows="6" required></textarea></label>'
        f"{field('title')}{field('publisher')}{field('date')}{field('address')}{preview}</form></details>"
        f"<p>{button(say('lib_samples'), 'samples', 'link')}</p>"
    )


def previews(pending: Sequence[tuple[str, Sequence[Preview]]], say: Texts, problem: str = "") -> str:
    """What the sources that were given would bring. problem: why one could not be looked at."""
    told = f'<p class="lib-problem" role="alert">{escape(problem)}</p>' if problem else ""
    if not pending:
        return told
    sources = "".join(_source(n, name, found, say) for n, (name, found) in enumerate(pending))
    add = button(say("lib_add_do"), "add", "strong") if any(_readable(found) for _, found in pending) else ""
    none = button(say("lib_discard"), "discard")
    return f'{told}<h3 tabindex="-1">{escape(say("lib_preview"))}</h3>{sources}<div class="lib-end">{add}{none}</div>'


def _readable(found: Sequence[Preview]) -> bool:
    return any(preview.article is not None for preview in found)


def _source(n: int, name: str, found: Sequence[Preview], say: Texts) -> str:
    cards = "".join(_preview(preview, say) for preview in found)
    more = f'<p class="lib-soft">{escape(say("lib_first_of", count=len(found)))}</p>' if len(found) > 1 else ""
    out = button("×", "leave-out", label=f"{say('lib_discard')}: {name}", source=n)
    return f'<section class="lib-source"><h4>{escape(name)}{out}</h4>{more}{cards}</section>'


def _preview(preview: Preview, say: Texts) -> str:
    problems = "".join(f'<li class="lib-problem">{escape(problem)}</li>' for problem in preview.problems)
    listed = f"<ul>{problems}</ul>" if problems else ""
    will = f'<span class="lib-will {escape(preview.outcome)}">{escape(say(f"lib_will_{preview.outcome}"))}</span>'
    if preview.article is None:
        name = preview.source if "://" in preview.source else preview.source.rpartition("/")[2]
        return f'<div class="lib-card"><b>{escape(name)}</b> {will}{listed}</div>'
    article = preview.article
    text = " ".join(article.text[:600].split())
    begins = text if len(article.text) <= 280 else text[:280].rsplit(" ", 1)[0] + " …"
    return (
        f'<div class="lib-card"><b>{escape(article.title or say("lib_untitled"))}</b> {will}'
        f'<p class="lib-soft">{escape(_facts(article, say))}</p><p class="lib-text">{escape(begins)}</p>{listed}</div>'
    )


def _facts(article: Article, say: Texts) -> str:
    day = say.day(article.day) if article.day else say("lib_no_date")
    parts = (article.publisher or say("lib_no_publisher"), day, ", ".join(article.authors))
    return " · ".join(part for part in parts if part)


def queue(jobs: Sequence[tuple[str, Job]], say: Texts) -> str:
    """What is going in, or went in: (name, job), each with its progress, its outcome and its failures."""
    if not jobs:
        return ""
    rows = "".join(_job(name, job, say) for name, job in jobs)
    ended = all(job.state in ENDED for _, job in jobs)
    hide = button(say("lib_hide"), "hide", "link") if ended else ""
    return f'<h3>{escape(say("lib_queue"))}</h3><ul class="lib-jobs">{rows}</ul>{hide}'


def _job(name: str, job: Job, say: Texts) -> str:
    told, bar, stop, failed = "", "", "", ""
    if job.state not in ENDED:
        at = job.progress
        told = say("lib_waiting")
        if at:
            share = f' value="{at.done}" max="{max(at.total, 1)}"' if at.total else ""
            bar = f'<progress{share} aria-label="{escape(name)}"></progress>'
            if at.stage == "vectors":
                told = say("lib_indexing", done=at.done, total=at.total or at.done)
            elif at.total:
                told = say("lib_reading_of", done=at.done, total=at.total)
            else:
                told = say("lib_reading", count=at.done)
        stop = button(say("lib_cancel"), "cancel", label=say("lib_cancel_one", name=name), job=job.id)
    elif job.state is State.FAILED:
        failed = f'<li class="lib-problem">{escape(job.problem)}</li>'
    else:
        told, failed = _outcome(job, say)
    listed = f"<ul>{failed}</ul>" if failed else ""
    return (
        f'<li class="lib-job {job.state.value}"><b>{escape(name)}</b> <span class="lib-soft">{escape(told)}</span>'
        f"{bar}{stop}{listed}</li>"
    )


def _outcome(job: Job, say: Texts) -> tuple[str, str]:
    """(what became of it, its failures as HTML)."""
    parts, failed = [], ""
    for report in job.reports.values():
        parts += [say(f"lib_outcome_{name}", count=number) for name, number in report.counts.items() if number]
        for where, reason in report.failed[:SHOWN_FAILURES]:
            name = where if "://" in where else where.rpartition("/")[2]
            failed += f'<li class="lib-problem">{escape(name)}: {escape(reason)}</li>'
        if (more := report.counts["failed"] - SHOWN_FAILURES) > 0:
            failed += f"<li>{escape(say('lib_failed_more', count=more))}</li>"
        if report.stopped:
            parts.append(say("lib_stopped"))
    if job.state is State.CANCELLED and say("lib_stopped") not in parts:
        parts.append(say("lib_stopped"))
    return ", ".join(parts), failed


# one article


def reader(article: Article, copies: Sequence[Article], changes: Sequence[Any], say: Texts, may_change: bool) -> str:
    """An article with its text, its copies and what changed in it."""
    title = article.title or say("lib_untitled")
    shown = escape(title)
    if article.url and article.url.startswith(("http://", "https://")):
        shown = f'<a href="{escape(article.url)}" target="_blank" rel="noopener noreferrer">{shown}</a>'
    named = "; ".join(f"{copy.title or say('lib_untitled')}, {_facts(copy, say)}" for copy in copies)
    also = f'<p class="lib-soft">{escape(say("lib_also", articles=named))}</p>' if copies else ""
    remove = button(say("lib_remove"), "remove", label=say("lib_remove_one", title=title), id=article.id, title=title)
    address = escape(f"./?article={quote(article.id, safe='')}")
    ask = f'<a class="quiet lib-ask" href="{address}">{escape(say("lib_ask"))}</a>'
    text = article.text[:LONGEST]
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    cut = f'<p class="lib-soft">{escape(say("lib_cut"))}</p>' if len(article.text) > LONGEST else ""
    return (
        f'<article class="lib-reader"><div class="lib-end">{button(say("lib_close"), "close")}'
        f'{ask}{remove if may_change else ""}</div><h2 tabindex="-1">{shown}</h2>'
        f'<p class="lib-soft">{escape(_facts(article, say))}</p>{also}{_history(changes, say)}'
        f'<div class="lib-body">{paragraphs}{cut}</div></article>'
    )


def _history(changes: Sequence[Any], say: Texts) -> str:
    told = "".join(_change(change, say) for change in changes) or f"<p>{escape(say('lib_same'))}</p>"
    opened = " open" if changes else ""
    return f'<details class="lib-history"{opened}><summary>{escape(say("lib_history"))}</summary>{told}</details>'


def _change(change: Any, say: Texts) -> str:
    nothing = say("lib_nothing_said")
    fields = "".join(
        f"<li>{escape(say('lib_was', name=name, before=before or nothing, after=after or nothing))}</li>"
        for name, before, after in change.fields
    )
    lines = "".join(_line(line, say) for line in change.lines)
    when = f"{say.day(change.when.date())}, {change.when:%H:%M} UTC"
    return f"<h3>{escape(say('lib_changed', when=when))}</h3><ul>{fields}{lines}</ul>"


def _line(line: str, say: Texts) -> str:
    """A sentence that is gone or new, with that word before it for those who do not see the colour."""
    tag, kind = ("del", "lib_gone") if line.startswith("-") else ("ins", "lib_new")
    before, _, after = say(kind, text="\0").partition("\0")
    return f"<li>{escape(before)}<{tag}>{escape(line[2:])}</{tag}>{escape(after)}</li>"


def day_of(text: object) -> date | None:
    """A day out of what the browser sent; None for anything else."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


Sent = Mapping[str, Any]
