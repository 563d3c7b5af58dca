"""Bytes to text: the encoding found, line ends made the same."""

from __future__ import annotations

import codecs
import re

from chardet import detect

from index.errors import UnreadableSource

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SURROGATE = re.compile(r"[\ud800-\udfff]")
SAMPLE_BYTES = 200_000  # bytes an encoding is recognised by


def decode(data: bytes, named: str | None = None) -> str:
    """The text of some bytes: UTF-8, UTF-16, the encoding their sender named, or the one that fits best.

    UnreadableSource when the bytes are no text at all.
    """
    return data.decode(encoding_of(data, named), "replace")


def encoding_of(data: bytes, named: str | None = None, *, whole: bool = True) -> str:
    """The name of the encoding of some bytes; whole: False when they are the beginning of more."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=whole)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    if wide := _without_mark(data):
        return wide
    if b"\x00" in data[:4096]:
        raise UnreadableSource("it is not text; save it as .txt, .md or .html")
    if named and _known(named):  # as browsers do: a page labelled Latin-1 is in what Windows took for it
        return "cp1252" if codecs.lookup(named).name in ("iso8859-1", "ascii") else named
    # chardet named the encoding of 8 short texts in 6 languages right; charset-normalizer took French in cp1252 for
    # cp1250 and Japanese for Korean
    found = detect(data[:SAMPLE_BYTES])["encoding"]
    return found if found and _known(found) else "cp1252"


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # "base64" and "zlib" are codecs too
    except (LookupError, ValueError):
        return False


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without its mark: in most scripts nearly every second byte is the same, and often 0."""
    head = data[:2000]
    even, odd = head[::2], head[1::2]
    if len(odd) < 8:
        return None
    if odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.6 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return None


def clean(text: str) -> str:
    """Line ends as "\\n", NULs and the byte order mark left out, lone surrogates as U+FFFD; nothing else changed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").removeprefix("\ufeff")
    return text.encode("utf-8", "replace").decode("utf-8") if _SURROGATE.search(text) else text


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 in a file that is, far behind the sample: one row pasted from an old program."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("newsdesk-cp1252", _as_cp1252)
