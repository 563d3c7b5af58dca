"""Quotations to take away: each style to the character."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant import Answer, Article, Citation
from assistant.conversations.citation_styles import Style, cited, with_sources
from assistant.conversations.export import attachment, quote_link

FLOOD = Article(
    id="a1", title="Vessa flood: eleven dead", publisher="Capital Ledger", authors=("Mina Rosa Osei",),
    published=date(2024, 6, 9), url="https://example.org/vessa-flood",  # type: ignore[arg-type]
)  # fmt: skip
BARE = Article(id="b2", title="50% of {all} quarries & pits_closed")
QUOTE = "The flood of 2 June killed\n11 people in all."


def quoted(article: Article = FLOOD, quote: str = QUOTE) -> Citation:
    return Citation(number=1, article=article, quote=quote, start=10, end=10 + len(quote))


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (
            Style.PLAIN,
            "“The flood of 2 June killed 11 people in all.”\n"
            "Capital Ledger, “Vessa flood: eleven dead”, 9 June 2024, https://example.org/vessa-flood",
        ),
        (
            Style.MARKDOWN,
            "> The flood of 2 June killed 11 people in all.\n"
            ">\n"
            "> — Capital Ledger, [Vessa flood: eleven dead](<https://example.org/vessa-flood>), 9 June 2024",
        ),
        (
            Style.APA,
            "“The flood of 2 June killed 11 people in all.” (Osei, 2024)\n\n"
            "Osei, M. R. (2024, June 9). Vessa flood: eleven dead. Capital Ledger. https://example.org/vessa-flood",
        ),
        (
            Style.BIBTEX,
            "@misc{osei2024vessa,\n"
            "  author = {Osei, Mina Rosa},\n"
            "  title = {{Vessa flood: eleven dead}},\n"
            "  howpublished = {Capital Ledger},\n"
            "  year = {2024},\n"
            "  month = jun,\n"
            "  day = {9},\n"
            "  url = {https://example.org/vessa-flood},\n"
            "  note = {``The flood of 2 June killed 11 people in all.''},\n"
            "}",
        ),
        (
            Style.RIS,
            "TY  - NEWS\n"
            "AU  - Osei, Mina Rosa\n"
            "TI  - Vessa flood: eleven dead\n"
            "T2  - Capital Ledger\n"
            "PY  - 2024\n"
            "DA  - 2024/06/09\n"
            "UR  - https://example.org/vessa-flood\n"
            "N1  - “The flood of 2 June killed 11 people in all.”\n"
            "ER  - ",
        ),
    ],
)
def test_a_quotation_is_written_in_each_style(style: Style, text: str) -> None:
    assert cited(quoted(), style) == text


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (Style.PLAIN, "“Quarries close.”\n“50% of {all} quarries & pits_closed”"),
        (Style.MARKDOWN, "> Quarries close.\n>\n> — 50% of \\{all\\} quarries \\& pits\\_closed"),
        (
            Style.APA,
            "“Quarries close.” (“50% of {all} quarries”, n.d.)\n\n50% of {all} quarries & pits_closed. (n.d.).",
        ),
        (
            Style.BIBTEX,
            "@misc{50,\n  title = {{50\\% of \\{all\\} quarries \\& pits\\_closed}},\n"
            "  note = {``Quarries close.''},\n}",
        ),
        (Style.RIS, "TY  - NEWS\nTI  - 50% of {all} quarries & pits_closed\nN1  - “Quarries close.”\nER  - "),
    ],
)
def test_what_is_not_known_is_left_out_and_signs_stay_signs(style: Style, text: str) -> None:
    assert cited(quoted(BARE, "Quarries close."), style) == text


def test_several_authors_and_a_page() -> None:
    two = replace(FLOOD, authors=("Mina Osei", "Lund, Pia"), pages=(0, 5))
    assert cited(quoted(two), Style.APA).startswith(
        "“The flood of 2 June killed 11 people in all.” (Osei & Lund, 2024, p. 2)\n\n"
        "Osei, M., & Lund, P. (2024, June 9)."
    )
    three = replace(FLOOD, authors=("Mina Osei", "Pia Lund", "Reuters"))
    assert "(Osei et al., 2024)\n\nOsei, M., Lund, P., & Reuters (2024" in cited(quoted(three), Style.APA)
    assert "  author = {Osei, Mina and Lund, Pia},\n" in cited(quoted(two), Style.BIBTEX)
    assert "AU  - Osei, Mina\nAU  - Lund, Pia\n" in cited(quoted(two), Style.RIS)
    assert "SP  - 2\n" in cited(quoted(two), Style.RIS) and "page 2, https" in cited(quoted(two), Style.PLAIN)


def test_an_answer_is_copied_with_its_sources_below() -> None:
    answer = Answer(question="How many?", text="11 people died. [1]", citations=(quoted(),))
    assert with_sources(answer) == (
        "11 people died. [1]\n\n"
        "[1] Capital Ledger, “Vessa flood: eleven dead”, 9 June 2024, https://example.org/vessa-flood"
    )
    assert with_sources(Answer(question="How many?", text="They do not say.", abstained=True)) == "They do not say."


def test_a_link_leads_to_the_words_that_are_quoted() -> None:
    place = "https://example.org/vessa-flood#:~:text="
    assert (
        quote_link(quoted(FLOOD, "A well-known, old dam broke.")) == f"{place}A%20well%2Dknown%2C%20old%20dam%20broke."
    )
    assert quote_link(quoted()) == f"{place}The%20flood%20of%202%20June,killed%2011%20people%20in%20all."
    part = replace(FLOOD, url="https://example.org/a#b")
    assert quote_link(quoted(part, "It broke.")) == "https://example.org/a#b:~:text=It%20broke."
    assert quote_link(quoted(BARE)) == ""


def test_a_file_is_named_after_its_conversation() -> None:
    assert attachment("How many died in the Vessa flood?", "md") == (
        'attachment; filename="how-many-died-in-the-vessa-flood.md"; '
        "filename*=UTF-8''how-many-died-in-the-vessa-flood.md"
    )
    assert attachment("Überflutung/../é", "html") == (
        "attachment; filename=\"uberflutung-e.html\"; filename*=UTF-8''%C3%BCberflutung-%C3%A9.html"
    )
    assert attachment("…", "md").startswith('attachment; filename="conversation.md"')
    assert len(attachment("word " * 100, "md")) < 170
