"""HTML from templates: what is put into one is escaped, and a template's own line breaks do not reach the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from assistant import Article
from assistant.conversations.draft_report import page, pieces
from assistant.templates import Templates
from assistant.verify.types import Finding, Outcome, Verified
from ui_parts.draft_view import checked
from ui_parts.source import Quoted, article
from ui_parts.texts import speaking

FILE = """
{% macro said(text) %}
  <p title="{{ text }}">
    {{ shout(text) }} <b>{{ text }}</b>
    {% if text %}{{ inner(text) }}{% endif %}
  </p>
{% endmacro %}
{% macro inner(text) %}<i>{{ text }}</i>{% endmacro %}
{% macro misspelt() %}<p>

{{ txet }}</p>{% endmacro %}
"""


@pytest.fixture
def templates(tmp_path: Path) -> Templates:
    (tmp_path / "page.html").write_text(FILE, encoding="utf-8")
    return Templates(tmp_path, shout=str.upper)


def test_values_are_escaped_once_and_keep_their_line_breaks(templates: Templates) -> None:
    made = templates.draw("page.html", "said", "a\n<b> & 'c' \"d\" {{ e }}")
    escaped = "a\n&lt;b&gt; &amp; &#39;c&#39; &#34;d&#34; {{ e }}"
    shouted = escaped.replace("a\n&lt;b", "A\n&lt;B").replace("c&#39;", "C&#39;").replace("d&#34;", "D&#34;")
    shouted = shouted.replace("{{ e", "{{ E")
    assert made == f'<p title="{escaped}">{shouted} <b>{escaped}</b><i>{escaped}</i></p>'
    assert type(made) is str  # what is joined to it later is not escaped a second time


def test_a_name_that_is_not_there_fails_on_its_own_line(templates: Templates) -> None:
    with pytest.raises(UndefinedError, match="txet") as failed:
        templates.draw("page.html", "misspelt")
    lines = [entry.lineno + 1 for entry in failed.traceback if Path(entry.path).name == "page.html"]
    assert lines[-1] == FILE[: FILE.index("{{ txet")].count("\n") + 1


def test_templates_let_html_through_in_three_places() -> None:
    files = [file for folder in ("ui_parts", "assistant") for file in Path(folder).rglob("templates/*.html")]
    unescaped = [file.name for file in files for _ in range(file.read_text(encoding="utf-8").count("| safe"))]
    assert sorted(unescaped) == ["export.html", "export.html", "source.html"]  # two styles, and a part within its frame


def test_a_quotation_that_left_its_article_is_still_shown() -> None:
    changed = Article(id="a", title="Bridge", text="The bridge was closed on Tuesday.")
    shown = article(changed, Quoted((0, 29), (), "The bridge is <open> to all."), speaking("en"))
    assert "<blockquote>The bridge is &lt;open&gt; to all.</blockquote>" in shown


def test_a_draft_keeps_every_character_whatever_is_wrong_in_it_and_in_which_order() -> None:
    text = "Talks in Veltham drew 900 dentists."
    wrong = ((22, 25), (9, 16), (22, 34), (23, 24))
    found = Finding(
        text=text, start=6, end=6 + len(text), outcome=Outcome.NOT_FOUND, wrong=wrong, problem="900 <is> not there"
    )
    report = Verified(text=f"Head\n\n{text} What?", findings=(found,))
    (claim,) = (piece for piece in pieces(report) if piece.finding)
    assert "".join(word for word, _ in claim.words) == text
    assert [word for word, is_wrong in claim.words if is_wrong] == ["Veltham", "900", " dentists"]
    assert "<u>Veltham</u> drew <u>900</u><u> dentists</u>." in checked(report, speaking("en"))
    assert "<mark>Veltham</mark>" in page(report)
