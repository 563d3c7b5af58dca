"""A quotation to take away: with publisher, title, day and address, in the styles that people need."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from assistant.conversations.export import address, marked
from assistant.types import Answer, Citation
from index.types import Article

_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {sign: f"\\{sign}" for sign in "{}$&#_%"}
_TITLE_WORDS = 4  # of an untold author's title, in the parentheses of the APA-like style
_UNTITLED = "Untitled"


class Style(StrEnum):
    """How a quotation is written down."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    APA = "apa"
    BIBTEX = "bibtex"
    RIS = "ris"


def cited(citation: Citation, style: Style) -> str:
    """The quotation with where it is from. No line break at its end; what is not known of an article is left out."""
    write = {
        Style.PLAIN: _plain, Style.MARKDOWN: _markdown, Style.APA: _apa, Style.BIBTEX: _bibtex, Style.RIS: _ris,
    }[style]  # fmt: skip
    return write(citation)


def with_sources(answer: Answer) -> str:
    """An answer's text with its sources below it, a line each."""
    lines = [f"[{c.number}] {_source(c)}" for c in answer.citations]
    return "\n".join([answer.text, *([""] if lines else []), *lines])


def _plain(c: Citation) -> str:
    """“The quotation.” and, on the next line, publisher, title, day, page and address."""
    return f"“{_quote(c)}”\n{_source(c)}"


def _source(c: Citation) -> str:
    article = c.article
    day = f"{article.day:%-d %B %Y}" if article.day else ""
    page = f"page {c.page}" if c.page else ""
    parts = (article.publisher, f"“{article.title or _UNTITLED}”", day, page, address(article))
    return ", ".join(part for part in parts if part)


def _markdown(c: Citation) -> str:
    """A block quotation (CommonMark) whose last line links to the article."""
    article, link = c.article, address(c.article)
    name = marked(article.title or _UNTITLED)
    day = f"{article.day:%-d %B %Y}" if article.day else ""
    page = f"page {c.page}" if c.page else ""
    parts = (marked(article.publisher or ""), f"[{name}](<{link}>)" if link else name, day, page)
    return f"> {marked(_quote(c))}\n>\n> — {', '.join(part for part in parts if part)}"


def _apa(c: Citation) -> str:
    """As in the manual of the American Psychological Association, 7th edition, for an article of a news site."""
    article = c.article
    title, authors = article.title or _UNTITLED, [_inverted(name, initials=True) for name in article.authors]
    when = f"({article.day:%Y, %B %-d})" if article.day else "(n.d.)"
    by = authors[0] if len(authors) == 1 else f"{', '.join(authors[:-1])}, & {authors[-1]}" if authors else ""
    beginning = f"{by} {when}. {_ended(title)}" if by else f"{_ended(title)} {when}."
    rest = [_ended(article.publisher)] if article.publisher else []
    rest += [address(article)] if address(article) else []
    page = f", p. {c.page}" if c.page else ""
    year = f"{article.day:%Y}" if article.day else "n.d."
    return f"“{_quote(c)}” ({_in_text(article)}, {year}{page})\n\n{' '.join([beginning, *rest])}"


def _in_text(article: Article) -> str:
    names = [_surname(name) for name in article.authors]
    if not names:
        return f"“{' '.join((article.title or _UNTITLED).split()[:_TITLE_WORDS]).rstrip(',;:')}”"
    return names[0] if len(names) == 1 else " & ".join(names) if len(names) == 2 else f"{names[0]} et al."


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _surname(name: str) -> str:
    return name.partition(",")[0] if "," in name else name.rsplit(maxsplit=1)[-1]


def _inverted(name: str, initials: bool = False) -> str:
    """ "Mina Rosa Osei" as "Osei, Mina Rosa", or with initials "Osei, M. R."; one word stays as it is."""
    surname = _surname(name)
    given = name.partition(",")[2].split() if "," in name else name.split()[:-1]
    if initials:
        given = [f"{one[0].upper()}." for one in given]
    return f"{surname}, {' '.join(given)}" if given else surname


def _bibtex(c: Citation) -> str:
    """An entry for BibTeX and biblatex; the quotation is its note."""
    article = c.article
    fields = {
        "author": " and ".join(_tex(_inverted(name)) for name in article.authors),
        "title": f"{{{_tex(article.title or _UNTITLED)}}}",  # the second braces keep its capitals
        "howpublished": _tex(article.publisher or ""),
        "year": f"{article.day:%Y}" if article.day else "",
        "month": f"{article.day:%b}".lower() if article.day else "",
        "day": f"{article.day.day}" if article.day else "",
        "pages": str(c.page or ""),
        "url": address(article).replace("{", "%7B").replace("}", "%7D"),
        "note": f"``{_tex(_quote(c))}''",
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(article)},", *lines, "}"])


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _key(article: Article) -> str:
    """What an entry is cited by: who wrote or published it, the year, and its title's first word: "osei2024vessa"."""
    who = _surname(article.authors[0]) if article.authors else article.publisher or ""
    year = f"{article.day:%Y}" if article.day else ""
    words = [word for part in article.title.split() if (word := _letters(part))]
    return f"{_letters(who)}{year}{words[0] if words else ''}" or _letters(article.id) or "article"


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def _ris(c: Citation) -> str:
    """A record for reference managers (RIS, type NEWS); the quotation is its note."""
    article = c.article
    fields = [("TY", "NEWS"), *(("AU", _inverted(name)) for name in article.authors)]
    fields += [("TI", article.title or _UNTITLED), ("T2", article.publisher or "")]
    fields += [("PY", f"{article.day:%Y}"), ("DA", f"{article.day:%Y/%m/%d}")] if article.day else []
    fields += [("SP", str(c.page or "")), ("UR", address(article)), ("N1", f"“{_quote(c)}”")]
    return "\n".join([*(f"{tag}  - {value}" for tag, value in fields if value), "ER  - "])


def _quote(c: Citation) -> str:
    """The quotation on one line."""
    return " ".join(c.quote.split())
