"""The words of the page: the same names in every language, and the same fields in them."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

from assistant import Filter
from ui_parts.filters import address, changed, from_address
from ui_parts.texts import speaking, table

FIELD = re.compile(r"\{(\w+)\}")


def test_every_text_is_there_in_every_language_with_its_fields() -> None:
    english = table()["en"]
    for language, words in table().items():
        assert set(words) == set(english), language
        for name, text in words.items():
            assert text and set(FIELD.findall(text)) == set(FIELD.findall(english[name])), (language, name)


def test_no_text_is_kept_that_nothing_says() -> None:
    parts = [file for kind in ("py", "js", "html") for file in Path("ui_parts").rglob(f"*.{kind}")] + [Path("ui.py")]
    said = "\n".join(file.read_text(encoding="utf-8") for file in parts)
    own = table()["en"].keys() - {name for name in table()["en"] if name.startswith("lib_")}
    unused = {name for name in own if not re.search(rf"\b{name.removesuffix('_one')}\b", said)}
    assert unused == set()


def reasons() -> set[str]:
    """Every reason that a source gives for holding no article, with {} for what it fills in."""
    found = set()
    for file in Path("index/sources").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("UnreadableSource", "Forbidden")
                and node.args
            ):
                match node.args[0]:
                    case ast.Constant(value=str(text)):
                        found.add(text)
                    case ast.JoinedStr(values=parts):
                        found.add("".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts))
    return found


def test_every_reason_of_a_source_is_told_in_german_with_what_it_fills_in() -> None:
    german, english = speaking("de"), speaking("en")
    assert len(reasons()) > 40
    for form in reasons():
        filled = [f"x{n}" for n in range(form.count("{}"))]
        message = form.replace("{}", "%s") % tuple(filled) if filled else form
        assert (told := german.reason(message)) != message, form
        assert all(one in told for one in filled), form
        assert english.reason(message) == message
    assert german.reason("the server answered 404 Not Found") == "der Server antwortete 404 Not Found"
    assert german.reason("what nobody foresaw") == "what nobody foresaw"


def test_days_and_numbers_are_written_as_the_language_writes_them() -> None:
    english, german = speaking("en-GB,en;q=0.9"), speaking("fr-FR, de;q=0.8, en;q=0.7")
    assert english("searched", count=12_345) == "Searched 12,345 articles"
    assert german("searched", count=12_345) == "12.345 Artikel durchsucht"
    assert english("searched", count=1) == "Searched 1 article"
    assert (english.day(date(2025, 3, 1)), german.day(date(2025, 3, 1))) == ("1 March 2025", "1. März 2025")
    assert speaking("").language == speaking("xx").language == "en"


def test_a_filter_goes_into_the_address_and_comes_back() -> None:
    where = Filter(date(2025, 3, 1), date(2025, 4, 1), ("The Meridian", "A & B"), ("a=1",))
    assert from_address(address(where, "x-1")) == (where, {"c": "x-1"})
    assert address(Filter()) == "?"
    assert from_address("?since=soon&until=2025-13-01&publisher=P&what=ever")[0] == Filter(publishers=("P",))
    assert from_address("?since=2025-03-02&until=2025-03-01")[0] == Filter()


def test_a_filter_is_changed_by_what_the_page_sends() -> None:
    where = changed(Filter(), {"set": {"since": "2025-03-01", "until": "", "publishers": ["P", "Q"]}})
    assert where == Filter(date(2025, 3, 1), None, ("P", "Q"))
    where = changed(changed(where, {"only": "a"}), {"only": "a"})
    assert where.article_ids == ("a",)
    assert changed(where, {"without": "publishers", "value": "P"}).publishers == ("Q",)
    assert changed(where, {"without": "since"}).since is None
    assert changed(where, {"without": "text", "value": "P"}) == where
    assert changed(where, {"clear": True}) == Filter()
