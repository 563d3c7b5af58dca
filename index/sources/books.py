"""An EPUB to Articles: each story of an issue, wherever its files begin and end."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from index.errors import UnreadableSource
from index.sources.articles import from_text, split_names
from index.sources.dates import DAY, parse_date
from index.sources.decoding import clean
from index.sources.files import File, opened_zip
from index.sources.xml import local, text_of, tree
from index.types import Article, Failure

LEAST_STORY_WORDS = 20  # a shorter part of a book is a cover or a title page; below a headline, a brief
LEAST_BRIEF_WORDS = 8
LINKED_SHARE = 0.7  # of a part's words that stand in links: a table of contents
Block = tuple[str, str]  # the element, and what it says
_BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr html "
    "li main ol p pre section table tbody td th thead tr ul".split()
)
_NAVIGATION = re.compile(r"nav(?:bar|igation)?\b|\btoc\b", re.I)
_CONTINUED = re.compile(r"[_-]split[_-]?0*[1-9]\d*\.", re.I)  # how Calibre names the further files of one it split


@dataclass(slots=True)
class Story:
    """A story on its way: the file it begins in, its number there, its headline and what it says.
    among_others: it stands below a headline of its own, beside other stories."""

    place: str
    number: int
    title: str
    blocks: list[str] = field(default_factory=list)
    among_others: bool = False


def from_epub(data: bytes, file: File) -> Iterator[Article | Failure]:
    """The stories of a book or an issue. A file of several headlines is as many stories; one that goes on where
    another was split belongs to it; tables of contents and rows of links are left out."""
    with opened_zip(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "META-INF/container.xml" not in names:
            raise UnreadableSource("it is not an EPUB")
        if "META-INF/encryption.xml" in names and b"EncryptedKey" in archive.read("META-INF/encryption.xml"):
            raise UnreadableSource("it is locked against copying (DRM)")
        container = tree(archive.read("META-INF/container.xml"))
        roots = [e.get("full-path", "") for e in container.iter() if local(e) == "rootfile"]
        package = next((name for name in roots if name in names), None)
        if package is None:
            raise UnreadableSource("it is not a whole EPUB: its list of parts is missing")
        book = tree(archive.read(package))
        facts = {local(e): text_of(e) for e in book.iter() if local(e) in ("title", "creator", "publisher", "date")}
        parts = {e.get("id"): e.get("href", "") for e in book.iter() if local(e) == "item"}
        stories: list[Story] = []
        for reference in (e for e in book.iter() if local(e) == "itemref"):
            part = unquote(parts.get(reference.get("idref"), ""))
            name = posixpath.normpath(posixpath.join(posixpath.dirname(package), part))
            if name in names:
                _take(stories, tree(archive.read(name)), name)
    articles = [made for story in stories if (made := _article(story, file, facts))]
    if not articles:
        raise UnreadableSource("it holds no text")
    yield from articles


def _take(stories: list[Story], page: Any, name: str) -> None:
    """Put what a file of the book says behind the stories so far, as new ones or as the end of the last."""
    words = len(text_of(page).split())
    linked = sum(len(text_of(link).split()) for link in page.iter() if local(link) == "a")
    if words and linked >= LINKED_SHARE * words:
        return
    blocks = _said(page)
    heads = [kind for kind, _ in blocks if kind in ("h1", "h2", "h3")]
    level = next((kind for kind in ("h1", "h2", "h3") if heads.count(kind) > 1), "")
    first = level and next(at for at, (kind, _) in enumerate(blocks) if kind == level)
    alone = _is_cut(blocks, level) if level else False
    if not heads and stories and _CONTINUED.search(posixpath.basename(name)):
        stories[-1].blocks += [said for _, said in blocks]
        return
    titles = [text_of(e) for e in page.iter() if local(e) == "title"]
    heading = next((said for kind, said in blocks if kind in ("h1", "h2", "h3", "h4", "h5", "h6")), "")
    story = Story(name, 0, heading or next(iter(titles), ""))
    stories.append(story)
    for at, (kind, said) in enumerate(blocks):
        if alone and kind == level and at != first:
            story = Story(name, story.number + 1, said, among_others=True)
            stories.append(story)
        elif alone and at == first:
            story.title, story.among_others = said, True
        story.blocks.append(said)


def _is_cut(blocks: list[Block], level: str) -> bool:
    """True when the headlines of a level begin stories, and are not the sections of one: nothing but a heading of the
    whole stands above the first, and each has a story's words below it."""
    at = [n for n, (kind, _) in enumerate(blocks) if kind == level]
    above = any(kind == "p" for kind, _ in blocks[: at[0]])
    higher = any(kind[0] == "h" and kind < level for kind, _ in blocks[at[0] :])
    words = [len(said.split()) for _, said in blocks]
    told = [sum(words[a + 1 : b]) for a, b in pairwise([*at, len(blocks)])]
    return not above and not higher and min(told) >= LEAST_BRIEF_WORDS


def _article(story: Story, file: File, facts: dict[str, str]) -> Article | None:
    text = "\n\n".join(kept for block in story.blocks if (kept := clean(block).strip()))
    least = LEAST_BRIEF_WORDS if story.among_others else LEAST_STORY_WORDS
    if len(text.split()) < least:
        return None
    place = f"{story.place}-{story.number + 1}" if story.number else story.place
    issue = facts.get("title", "")
    made = from_text(
        text,
        name=file.stem,
        url=f"{file.url}#{place}" if file.url else None,
        title=story.title or issue,
        publisher=facts.get("publisher") or re.sub(rf"[\s,–—|-]*(?:{DAY})$", "", issue) or None,
    )
    dated = parse_date(facts.get("date")) or parse_date(next(iter(re.findall(DAY, issue)), None))
    return replace(
        made,
        authors=made.authors or split_names(facts.get("creator")),
        published=made.published or dated,
    )


def _said(page: Any) -> list[Block]:
    """What a page of a book says, as (element, text): a piece ends where any block begins or ends, so that text
    straight in a <div> is read as that in a <p> is."""
    found: list[Block] = []
    piece: list[str] = []

    def end(kind: str) -> None:
        if said := " ".join("".join(piece).split()):
            found.append((kind, said))
        piece.clear()

    def walk(element: Any, kind: str) -> None:
        piece.append(element.text or "")
        for child in element:
            name = local(child)
            if name in ("nav",) or _NAVIGATION.search(child.get("class", "")):
                end(kind)
            elif name in _BLOCKS:
                end(kind)
                walk(child, name)
                end(name)
            elif name not in ("head", "script", "style"):
                walk(child, kind)
            piece.append(child.tail or "")

    walk(page, "body")
    end("body")
    return found
