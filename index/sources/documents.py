"""Documents of an office or a mailbox to Articles: PDF (pypdf), Word (python-docx), OpenDocument, RTF (striprtf),
EPUB, saved e-mail."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import PurePosixPath
from typing import Any

from index.errors import InvalidValue, UnreadableSource
from index.sources.articles import from_text, split_names
from index.sources.books import from_epub
from index.sources.dates import parse_date
from index.sources.decoding import clean, decode
from index.sources.exports import split_export
from index.sources.files import File, ending_of, opened_zip
from index.sources.page import from_html
from index.sources.pdf_lines import goes_on_overleaf, joined, page_lines, without_running_heads
from index.sources.xml import local, text_of, tree
from index.types import Article, Failure

MAX_TEXT = 10_000_000  # characters of a PDF's pages together
MAX_PAGES = 3000  # of a PDF: a longer one is no article
NO_TEXT_LAYER = "it has no text layer: its pages are pictures; run a text recognition (OCR) over it first"


def from_pdf(data: bytes, file: File) -> Iterator[Article | Failure]:
    """A PDF's text layer; `Article.pages` holds where each page begins, so that a citation can say its page."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it tells each oddity of a file that reads well
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableSource("it is locked with a password; save it without one")
        if len(reader.pages) > MAX_PAGES:
            raise UnreadableSource(f"it has {len(reader.pages):,} pages; {MAX_PAGES:,} is the most")
        sheets: list[list[str]] = []
        size = 0
        for sheet in reader.pages:
            sheets.append([clean(line) for line in page_lines(sheet)])
            size += sum(map(len, sheets[-1]))
            if size > MAX_TEXT:
                raise UnreadableSource(f"it holds more than {MAX_TEXT:,} characters of text, which no article does")
        meta: Any = reader.metadata
    except (UnreadableSource, MemoryError):
        raise
    except Exception as error:  # pypdf meets hostile files with whatever error its parts raise
        raise UnreadableSource(f"it is not a whole PDF ({type(error).__name__}: {error})") from error
    pages = [joined(lines) for lines in without_running_heads(sheets)]
    if not any(pages):
        raise UnreadableSource(NO_TEXT_LAYER)
    text, starts = "", []
    for page in pages:
        text += "" if not text else " " if goes_on_overleaf(text, page) else "\n\n"
        starts.append(len(text))
        text += page
    starts[0] = 0
    title = clean(str(meta.title or "")) if meta else ""
    made = from_text(
        text,
        name=file.stem,
        url=file.url,
        title=title if len(title.split()) > 1 and not re.search(r"\.\w{2,4}$|^Microsoft Word", title) else "",
        authors=split_names(clean(str(meta.author)))
        if meta and meta.author and str(meta.author) != "anonymous"
        else (),
    )
    yield from split_export(_with_pages(made, starts), file)


def _with_pages(article: Article, starts: list[int]) -> Article:
    from dataclasses import replace

    return replace(article, pages=tuple(starts))


def from_docx(data: bytes, file: File) -> Iterator[Article | Failure]:
    """A Word document as a reader of the final text sees it: insertions in, deletions and comments out (mammoth)."""
    import docx
    import mammoth

    with opened_zip(io.BytesIO(data)) as archive:
        if "word/document.xml" not in archive.namelist():
            raise UnreadableSource("it is not a Word document")
    try:
        known = docx.Document(io.BytesIO(data)).core_properties
        page = mammoth.convert_to_html(io.BytesIO(data), convert_image=mammoth.images.img_element(_no_image)).value
    except MemoryError:
        raise
    except Exception as error:  # these raise what their parts raise: KeyError, XMLSyntaxError, ValueError
        raise UnreadableSource(f"it is not a whole Word document ({type(error).__name__}: {error})") from error
    made = from_text(
        _joined(_blocks(page)),
        name=file.stem,
        url=file.url,
        title=clean(known.title or ""),
        authors=split_names(clean(known.author or "").replace("python-docx", "")),
    )
    yield from split_export(made, file)


def _no_image(_: Any) -> dict[str, str]:
    return {"src": ""}


def _blocks(page: str) -> list[str]:
    """The paragraphs of simple HTML, a row of a table as one; marks of notes and the way back from them left out."""
    from lxml import html

    blocks: list[str] = []
    if not page.strip():
        return blocks
    root: Any = html.fromstring(f"<div>{page}</div>")
    for link in root.xpath(".//a[starts-with(@href, '#footnote') or starts-with(@href, '#endnote')]"):
        link.drop_tree()
    for line in root.iter("br"):
        line.tail = f"\n{line.tail or ''}"
    for block in root.iter("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr"):
        if block.tag == "tr":
            cells = (" ".join(cell.text_content().split()) for cell in block.iterchildren("td", "th"))
            blocks.append(" | ".join(dict.fromkeys(cell for cell in cells if cell)))
        elif not any(a.tag in ("tr", "li") for a in block.iterancestors()):
            if block.tag != "li" or not block.xpath("./ul|./ol"):
                blocks.append(block.text_content())
            else:
                blocks.append(block.text or "")
        elif block.tag == "li":
            blocks.append(block.text_content())
    return blocks


def _joined(blocks: list[str]) -> str:
    return "\n\n".join(kept for block in blocks if (kept := clean(block).strip()))


def from_odt(data: bytes, file: File) -> Iterator[Article | Failure]:
    """An OpenDocument text: its headings, paragraphs and notes; what was deleted, and comments, left out."""
    with opened_zip(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if "content.xml" not in names:
            raise UnreadableSource("it is not an OpenDocument text")
        content = tree(archive.read("content.xml"))
        meta = tree(archive.read("meta.xml")) if "meta.xml" in names else None
    facts = {local(e): text_of(e) for e in meta.iter()} if meta is not None else {}
    yield from_text(
        _joined(_odt_blocks(content)),
        name=file.stem,
        url=file.url,
        title=facts.get("title", ""),
        authors=split_names(facts.get("initial-creator") or facts.get("creator")),
    )


_NOT_SAID = ("tracked-changes", "annotation", "annotation-end", "note-citation", "bookmark")
_BLOCKS = ("p", "h")


def _odt_blocks(root: Any) -> list[str]:
    """The paragraphs in their order, those within another (of a note, of a text box) behind it."""
    blocks: list[str] = []

    def text(element: Any, inner: list[Any]) -> str:
        parts = [element.text or ""]
        for child in element:
            kind = local(child)
            if kind in _BLOCKS:
                inner.append(child)
            elif kind in ("s", "tab", "line-break"):
                parts.append("\n" if kind == "line-break" else " ")
            elif kind not in _NOT_SAID:
                parts.append(text(child, inner))
            parts.append(child.tail or "")
        return "".join(parts)

    def walk(element: Any) -> None:
        if local(element) in _NOT_SAID:
            return
        if local(element) in _BLOCKS:
            inner: list[Any] = []
            blocks.append(text(element, inner))
            for one in inner:
                walk(one)
            return
        for child in element:
            walk(child)

    walk(root)
    return blocks


def from_rtf(data: bytes, file: File) -> Iterator[Article | Failure]:
    """A Rich Text document."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise UnreadableSource("it is not Rich Text")
    text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    yield from split_export(from_text(text, name=file.stem, url=file.url), file)


_NEXT_MESSAGE = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]*\d{4}[^\r\n]*\r?\n(?=[\w-]+:)")


def from_mbox(data: bytes, file: File) -> Iterator[Article | Failure]:
    """A mailbox: each message as a saved e-mail is read. The same message goes by its Message-ID."""
    starts = [match.end() for match in _NEXT_MESSAGE.finditer(data)]
    ends = [match.start() for match in _NEXT_MESSAGE.finditer(data)][1:]
    if not starts:
        raise UnreadableSource("it is not a mailbox of messages")
    for number, (start, end) in enumerate(zip(starts, [*ends, len(data)], strict=True), 1):
        body = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start:end])
        message = message_from_bytes(body, policy=policy.default)
        named = str(message["message-id"] or number).strip().strip("<>")
        url = f"{file.url}#{named}" if file.url else None
        inner = File(f"{file.name}, message {number}", file.stem, ".eml", lambda kept=body: io.BytesIO(kept), url)  # type: ignore[misc]
        try:
            if isinstance(message, EmailMessage):
                yield from _mail(message, inner)
        except (UnreadableSource, InvalidValue, LookupError, ValueError) as error:
            yield Failure(inner.name, str(error))


def from_mhtml(data: bytes, file: File) -> Iterator[Article | Failure]:
    """A page that a browser saved whole (MHTML), under the address it was saved from."""
    message = message_from_bytes(data, policy=policy.default)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UnreadableSource("it is not a saved web page")
    address = str(message["snapshot-content-location"] or pages[0]["content-location"] or "").strip()
    yield from_html(
        pages[0].get_payload(decode=True) or b"",  # type: ignore[arg-type]  # bytes, as it is no multipart
        name=file.stem,
        url=address if address.startswith("http") else file.url,
        charset=pages[0].get_content_charset(),
    )


def from_eml(data: bytes, file: File) -> Iterator[Article | Failure]:
    """A saved e-mail, then each message forwarded in it and each attachment as an article of its own; an attachment
    that is not read is named in a Failure. A mailbox under this ending is read as one."""
    if data.startswith(b"From ") and _NEXT_MESSAGE.match(data):
        yield from from_mbox(data, file)
        return
    message = message_from_bytes(data, policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise UnreadableSource("it is not a saved e-mail")
    yield from _mail(message, file)


def _mail(message: EmailMessage, file: File) -> Iterator[Article | Failure]:
    """A message and what it carries; sender, subject and date are the article's."""
    carried = list(_carried(message))
    text = _body(message)
    if text.strip() or not carried:
        sender = message["from"]
        names = [a.display_name or a.addr_spec for a in getattr(sender, "addresses", ())]
        yield from_text(
            text,
            name=file.stem,
            url=file.url,
            title=clean(str(message["subject"] or "")),
            authors=tuple(clean(name) for name in names),
            published=parse_date(str(message["date"] or "")),
        )
    for number, part in enumerate(carried, 1):
        yield from _attached(part, number, file)


def _body(part: Any) -> str:
    """The text of a message in the order of its parts, without what is attached to it."""
    kind = part.get_content_type()
    if _is_carried(part):
        return ""
    if kind == "multipart/alternative":
        return _fuller([(p.get_content_type(), _body(p)) for p in part.iter_parts()])
    if part.is_multipart():
        return "\n\n".join(said for p in part.iter_parts() if (said := _body(p).strip()))
    if kind == "text/html":
        return from_html(_mail_text(part)).text
    return _mail_text(part) if kind == "text/plain" else ""


def _fuller(forms: list[tuple[str, str]]) -> str:
    """The plain form of a text, unless it is a stub ("open this in a browser") of one with twice the words."""
    plain = next((text for kind, text in forms if kind == "text/plain"), "")
    longest = max((text for _, text in forms), key=lambda text: len(text.split()), default="")
    return longest if len(longest.split()) > 2 * len(plain.split()) else plain


def _is_carried(part: Any) -> bool:
    """True for attachments and forwarded messages; a picture within the text is neither."""
    if part.get_content_type() == "message/rfc822" or part.is_attachment():
        return True
    return not part.is_multipart() and part.get_content_maintype() not in ("text", "image")


def _carried(message: Any) -> Iterator[Any]:
    for part in message.iter_parts():
        if _is_carried(part):
            yield part
        elif part.is_multipart():
            yield from _carried(part)


def _attached(part: Any, number: int, file: File) -> Iterator[Article | Failure]:
    name = clean(part.get_filename() or f"part {number}")
    ending = ".eml" if part.get_content_type() == "message/rfc822" else ending_of(name)
    data = b"" if part.is_multipart() else part.get_payload(decode=True) or b""
    url = f"{file.url}#{number}-{name}" if file.url else None
    inner = File(f"{file.name}, {name}", PurePosixPath(name).stem, ending, lambda: io.BytesIO(data), url)
    try:
        if part.get_content_type() == "message/rfc822":
            yield from _mail(part.get_payload(0), inner)
        elif ending in DOCUMENTS:
            yield from DOCUMENTS[ending](data, inner)
        elif ending in (".txt", ".text"):
            yield from_text(_mail_text(part), name=inner.stem, url=url)
        elif ending in (".html", ".htm"):
            yield from_html(data, name=inner.stem, url=url)
        else:
            kind = ending or part.get_content_type()
            yield Failure(inner.name, f"{kind} attached to an e-mail is not read; save it and add it by itself")
    except (UnreadableSource, InvalidValue) as error:
        yield Failure(inner.name, str(error))


def _mail_text(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    return clean(decode(data, part.get_content_charset()))


DOCUMENTS: dict[str, Callable[[bytes, File], Iterator[Article | Failure]]] = {
    ".pdf": from_pdf,
    ".docx": from_docx,
    ".odt": from_odt,
    ".rtf": from_rtf,
    ".epub": from_epub,
    ".eml": from_eml,
    ".mbox": from_mbox,
    ".mhtml": from_mhtml,
    ".mht": from_mhtml,
}
