"""Exports of press databases (Nexis, Factiva, ProQuest, PressReader) and press reviews: one text, many stories.

What a story's own head says is its title, publisher, authors and date, never what the export's cover says. A text that
looks like an export in a layout not known here is said to be one, and goes in whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from index.sources.articles import from_text, split_names
from index.sources.dates import DAY, parse_date
from index.sources.files import File
from index.types import Article, Failure

_DATE_LINE = re.compile(rf"^(?:[A-Z][a-z]+day,? )?({DAY})(?:,? [A-Z][a-z]+day)?(?:,? \d\d?[:.]\d\d.*)?$")
_RIGHTS = re.compile(r"^(?:Copyright|\(c\)|©|All Rights Reserved)", re.I)
_OF = re.compile(
    r"^[^\S\n]*(?:Document )?\d+ (?:of|von|sur|de|di|van) \d+(?: DOCUMENTS?| DOKUMENTE?)?[^\S\n]*$", re.M | re.I
)
_UNI_END = re.compile(r"^[^\S\n]*End of Document[^\S\n]*$", re.M)
_FACTIVA_END = re.compile(r"^[^\S\n]*Document ([A-Z]{2,10}0*\d[\da-z]{9,})[^\S\n]*$", re.M)
_FACTIVA_FIELD = re.compile(
    r"^(HD|SE|BY|CR|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|CT|RF|ART|CO|IN|NS|RE|IPC|IPD|PUB|AN|CX|CLM)(?:[^\S\n]+(\S.*))?$"
)
_PROQUEST_FIELD = re.compile(
    r"^(Title|Author|Authors|Credit|Publication info|Publication title|Publication date|Publication year|Publication "
    r"subject|Publisher|Place of publication|Country of publication|Full text|Abstract|Abstract/Details|Links|Subject|"
    r"Location|People|Company / organization|Company|Identifier / keyword|Pages|First page|Section|Dateline|ISSN|eISSN|"
    r"Source type|Source attribution|Language of publication|Document type|Document feature|ProQuest document ID|"
    r"Document URL|Copyright|Last updated|Database|Volume|Issue|Number of pages|Illustration|Word count|Full text "
    r"availability|Source|Publication|Date):(?:[^\S\n]+|$)(.*)$"
)
_NEXIS_HEAD = re.compile(
    r"^(BYLINE|SECTION|LENGTH|HEADLINE|DATELINE|HIGHLIGHT|SERIES|DISTRIBUTION|TYPE|SOURCE|BODY|TEXT|ISSN|CORRECTION):"
    r"[^\S\n]*(.*)$",
    re.I,
)
_NEXIS_TAIL = re.compile(
    r"^(?:LOAD-DATE|LANGUAGE|GRAPHIC|PUBLICATION-TYPE|SUBJECT|INDUSTRY|PERSON|ORGANIZATION|GEOGRAPHIC|COUNTRY|STATE|CITY|"
    r"COMPANY|TICKER|JOURNAL-CODE|ACC-NO|NOTES?|CORRECTION-DATE|PHOTO|DOCUMENT-TYPE|COPYRIGHT):|^Classification$|"
    r"^(?:Copyright|©) .*\d{4}",
    re.I,
)
_PRESSREADER = re.compile(r"^(Article Name|Publication|Section|Author|Start Page|End Page):[^\S\n]*(.*)$")
_REVIEWED = re.compile(rf"^([^\W\d_][^\n,|–—•]{{2,60}}?)(?:, | \| | [–—•] )({DAY})$", re.M)
_SAME_LABELS = re.compile(
    r"^(Title|Headline|Titel|Titre|Author|Byline|Autor|Auteur|Source|Quelle|Date|Datum):", re.M | re.I
)
MOST_COVER_WORDS = 60  # above the first story of a press review: more is a text of its own
UNKNOWN_LAYOUT = (
    "it looks like an export of several articles in a layout that is not known; it went in as one article: export each "
    "for itself, or as text from Nexis, Factiva, ProQuest or PressReader"
)


@dataclass(slots=True)
class Story:
    """What one story of an export says of itself. key: its number in the database."""

    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    text: str = ""
    key: str = ""
    url: str | None = None


def split_export(article: Article, file: File) -> Iterator[Article | Failure]:
    """The stories of an export in the place of the one text that it was read as; any other article as it is."""
    read = (list(layout(article.text)) for layout in _LAYOUTS)
    stories = next((found for found in read if any(story.text for story in found)), [])
    if not stories:
        yield article
        if _looks_like_an_export(article.text):
            yield Failure(file.name, UNKNOWN_LAYOUT)
        return
    for number, story in enumerate(stories, 1):
        if not story.text:
            yield Failure(f"{file.name}, story {number}", "no text was found in this story of the export")
            continue
        place = f"{file.url}#{story.key or number}" if file.url else None
        made = from_text(
            story.text,
            url=story.url or place,
            title=story.title,
            publisher=story.publisher,
            authors=story.authors,
            published=story.published,
        )
        yield replace(made, published=story.published)  # a date within the story is news, not when it was told


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.split("\n")]


def _day(line: str) -> datetime | None:
    match = _DATE_LINE.match(" ".join(line.split()))
    return parse_date(re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", match[1])) if match else None


def _by(value: str) -> tuple[str, ...]:
    return split_names(re.sub(r"^By:?\s+", "", value.strip(), flags=re.I))


def _paragraphs(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _words(line: str) -> bool:
    return bool(line) and not _RIGHTS.match(line)


# Nexis: "1 of 3 DOCUMENTS" before each story, or "End of Document" behind it


def _nexis(text: str) -> Iterator[Story]:
    starts = list(_OF.finditer(text))
    if not starts or not re.search(r"^\s*(?:LENGTH|LOAD-DATE|BYLINE):", text, re.M):
        return
    for number, match in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        yield _nexis_story(_lines(text[match.end() : end]))


def _nexis_uni(text: str) -> Iterator[Story]:
    start = 0
    for match in _UNI_END.finditer(text):
        lines = _lines(text[start : match.start()])
        start = match.end()
        body = next((at for at, line in enumerate(lines) if line.rstrip(":").lower() == "body"), None)
        dated = [at for at, line in enumerate(lines[:body]) if _day(line)]
        if body is None or not dated:
            yield Story()
            continue
        above = [at for at in range(dated[-1]) if _words(lines[at])]  # above the title is the cover of the export
        yield _nexis_story(lines[above[-2] :] if len(above) > 1 else lines)


def _nexis_story(lines: list[str]) -> Story:
    story = Story()
    dated = next((at for at, line in enumerate(lines) if _day(line)), None)
    if dated is None:
        return story
    story.published = _day(lines[dated])
    above = [line for line in lines[:dated] if _words(line)]
    story.publisher = above[-1] if above else ""
    fields: dict[str, str] = {}
    at, title, last, body = dated + 1, " ".join(above[:-1]), "", 0
    while at < len(lines):
        line = lines[at]
        if match := _NEXIS_HEAD.match(line):
            last = match[1].lower()
            fields[last] = match[2]
            body = at + 1
            if last in ("body", "text"):
                break
        elif line.lower() == "body":
            body = at + 1
            break
        elif _NEXIS_TAIL.match(line) and not _RIGHTS.match(line):
            break
        elif last in ("highlight", "headline", "byline") and line:
            fields[last] += f" {line}"
            body = at + 1
        elif not line and last in ("highlight", "headline", "byline"):
            last = ""
        elif "length" in fields and line:
            break
        elif not title and not fields and _words(line) and not re.search(r"\bedition\b", line, re.I):
            title = line
        at += 1
    inline = [fields[name] for name in ("body", "text") if fields.get(name)]
    end = next((n for n in range(body, len(lines)) if _NEXIS_TAIL.match(lines[n])), len(lines))
    story.title = fields.get("headline", "").strip() or title
    story.authors = _by(fields.get("byline", ""))
    story.text = _paragraphs(inline + lines[body:end]) if body else ""
    return story


# Factiva: fields under two letters, or the same without them; "Document XYZ000020250314..." behind each story


def _factiva(text: str) -> Iterator[Story]:
    if len(re.findall(r"^(?:HD|LP|TD|AN)\b", text, re.M)) < 3:
        return
    fields: dict[str, list[str]] = {}
    last = ""
    for line in [*_lines(text), "HD"]:
        if match := _FACTIVA_FIELD.match(line):
            if (match[1] in ("HD", "SE") and "AN" in fields) or (match[1] == "HD" and "HD" in fields):
                yield _factiva_story(fields)
                fields = {}
            last = match[1]
            fields.setdefault(last, [])
            line = match[2] or ""
        if (last and line) or (last in ("LP", "TD")):
            fields[last].append(line)


def _factiva_story(fields: dict[str, list[str]]) -> Story:
    def said(name: str) -> str:
        return " ".join(fields.get(name, ())).strip()

    key = _FACTIVA_END.search(said("AN"))
    return Story(
        said("HD"),
        said("SN"),
        _by(said("BY")),
        _day(said("PD")),
        _paragraphs([*fields.get("LP", ()), "", *fields.get("TD", ())]),
        key[1] if key else "",
    )


def _factiva_plain(text: str) -> Iterator[Story]:
    start = 0
    for match in _FACTIVA_END.finditer(text):
        lines = _lines(text[start : match.start()])
        start = match.end()
        counted = next((at for at, line in enumerate(lines) if re.fullmatch(r"[\d,.]+ words", line)), None)
        rights = next((at for at, line in enumerate(lines) if _RIGHTS.match(line)), None)
        if counted is None or rights is None or rights < counted:
            yield Story()
            continue
        head = [line for line in lines[:counted] if line]
        by = [line for line in head if re.match(r"By:? ", line)]
        facts = [line for line in lines[counted + 1 : rights] if line]
        day = next((at for at, line in enumerate(facts) if _day(line)), None)
        if day is None:
            yield Story()
            continue
        named = [line for line in facts[day + 1 :] if not re.match(r"\d\d?[:.]\d\d", line)]
        yield Story(
            next((line for line in reversed(head) if line not in by), ""),
            named[0] if named else "",
            _by(by[0]) if by else (),
            _day(facts[day]),
            _paragraphs(lines[rights + 1 :]),
            match[1],
        )


# ProQuest: "Document 1 of 3" or a line of underscores before each story, fields with their names


def _proquest(text: str) -> Iterator[Story]:
    if not re.search(r"^\s*ProQuest document ID:|^\s*Full text:", text, re.M):
        return
    blocks = _OF.split(text) if _OF.search(text) else re.split(r"^\s*_{10,}\s*$", text, flags=re.M)
    for block in blocks:
        fields: dict[str, list[str]] = {}
        head: list[str] = []
        last = ""
        for line in _lines(block):
            if match := _PROQUEST_FIELD.match(line):
                last = match[1]
                fields[last] = [match[2]]
            elif re.fullmatch(r"_{10,}", line):
                last = "_"
            elif last in fields:
                fields[last].append(line)
            elif line and not last:
                head.append(line)
        if fields:
            yield _proquest_story(fields, head)


def _proquest_story(fields: dict[str, list[str]], head: list[str]) -> Story:
    def said(*names: str) -> str:
        return next((found for name in names if (found := " ".join(fields.get(name, ())).strip())), "")

    info = said("Publication info")
    dated = said("Publication date", "Date") or next(iter(re.findall(DAY, info)), "")
    return Story(
        said("Title") or next((line for line in head if not line.startswith("http")), ""),
        said("Publication title", "Publication") or re.split(r"\s*[;:]\s*", info)[0],
        tuple(_name(one) for one in re.split(r"\s*;\s*", said("Author", "Authors", "Credit")) if one),
        parse_date(dated),
        _paragraphs(fields.get("Full text") or fields.get("Abstract") or []),
        next(iter(said("ProQuest document ID").split()), ""),
    )


def _name(value: str) -> str:
    """ "Talbot, Mira" as it is said: "Mira Talbot"."""
    last, comma, first = re.sub(r"^By:?\s+", "", value.strip(), flags=re.I).rstrip(".").partition(",")
    return f"{first.strip()} {last.strip()}" if comma else last.strip()


# PressReader: the facts of a story behind its text


def _pressreader(text: str) -> Iterator[Story]:
    lines = _lines(text)
    if sum(line.startswith("Article Name:") for line in lines) < 1 or not any(
        line.startswith("Publication:") for line in lines
    ):
        return
    block: list[str] = []
    fields: dict[str, str] = {}
    for line in [*lines, "\0"]:
        if match := _PRESSREADER.match(line):
            fields[match[1]] = match[2]
        elif fields and line:
            yield _pressreader_story(block, fields)
            block, fields = [line], {}
        else:
            block.append(line)


def _pressreader_story(block: list[str], fields: dict[str, str]) -> Story:
    title = fields.get("Article Name", "").strip()
    dated = next((line for line in block[:8] if _day(line)), "")
    head = {title, fields.get("Publication", ""), fields.get("Author", ""), dated, f"By {fields.get('Author', '')}"}
    first = next((at for at, line in enumerate(block) if line and line not in head), 0)
    return Story(
        title, fields.get("Publication", ""), _by(fields.get("Author", "")), _day(dated), _paragraphs(block[first:])
    )


# A press review: a title, then "Newspaper, 14 March 2025" on a line of its own, then the story


def _press_review(text: str) -> Iterator[Story]:
    heads = list(_REVIEWED.finditer(text))
    if len(heads) < 2:
        return
    titles = [_title_above(text, match.start()) for match in heads]
    if len(before := text[: titles[0][1]].split()) > MOST_COVER_WORDS:
        yield Story(text=text[: titles[0][1]].strip(), title=" ".join(before[:12]))
    for number, (match, (title, _)) in enumerate(zip(heads, titles, strict=True)):
        end = titles[number + 1][1] if number + 1 < len(heads) else len(text)
        published = parse_date(re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", match[2]))
        yield Story(title, match[1].strip(), (), published, text[match.end() : end].strip())


def _title_above(text: str, at: int) -> tuple[str, int]:
    """The lines right above a place, up to three of them, that stand apart from what is above; and where they begin."""
    above = text[:at].rstrip()
    block = re.split(r"\n[^\S\n]*\n", above)[-1]
    title = block if block.count("\n") < 3 else block.rsplit("\n", 1)[-1]
    return " ".join(title.split()), len(above) - len(title)


def _looks_like_an_export(text: str) -> bool:
    """Counters ("1 of 3"), or the same two labels again and again: a list of articles, whatever made it."""
    if len(_OF.findall(text)) > 1:
        return True
    labels = [label.lower() for label in _SAME_LABELS.findall(text)]
    return sum(labels.count(label) > 1 for label in set(labels)) > 1


_LAYOUTS: tuple[Callable[[str], Any], ...] = (
    _nexis_uni, _nexis, _factiva, _factiva_plain, _proquest, _pressreader, _press_review,
)  # fmt: skip
