"""Lines of a PDF become sentences: columns, running heads, divided words; narrow lines of a text too."""

from __future__ import annotations

from pathlib import Path

from index.passages import sentences
from index.sources.pdf_lines import by_columns
from tests import made
from tests.test_intake_truth import read

LEFT = """The ferry of Tolby will not leave
before ten on Monday, the harbour
master said. Nine cars were on
board when it came back.""".split("\n")
RIGHT = """The council of Orlo voted for the
bridge over the Sarn, which will
cost nine million crowns. It was
wanted for thirty years.""".split("\n")


def test_heads_and_feet_go_and_divided_words_are_whole(tmp_path: Path) -> None:
    head, foot = "TOLBY POST   TUESDAY 4 MARCH 2025", "Page {} | tolby-post.example"
    pages = [
        [
            head,
            foot.format(1),
            "Ferry late",
            "The municipal har-",
            "bour board of Tolby, a long-",
            "standing",
        ],
        [head, foot.format(2), "friend of the ferry, approv-", "ed the later hours."],
    ]
    (tmp_path / "ferry.pdf").write_bytes(made.pdf(pages))
    (article,), _ = read(tmp_path / "ferry.pdf")
    first, rest = (
        "Ferry late\nThe municipal harbour board of Tolby, a long-standing",
        "friend of the ferry, approved the",
    )
    assert article.text == f"{first} {rest} later hours." and article.pages == (0, len(first) + 1)
    assert article.title == "Ferry late"


def test_columns_written_across_are_read_down_and_tables_across() -> None:
    across = [piece for pair in zip(LEFT, RIGHT, strict=True) for piece in ((60.0, pair[0]), (300.0, pair[1]))]
    assert by_columns(across) == LEFT + RIGHT
    assert not by_columns([(60.0, line) for line in LEFT] + [(300.0, line) for line in RIGHT])
    assert not by_columns(
        [(x, word) for row in range(6) for x, word in ((60.0, f"Ward {row}"), (300.0, "61 per cent"))]
    )


def test_narrow_lines_and_a_long_link_do_not_cut_sentences() -> None:
    narrow = "\n".join([*LEFT, *RIGHT])
    assert [narrow[a:b].replace("\n", " ") for a, b in sentences(narrow)] == [
        "The ferry of Tolby will not leave before ten on Monday, the harbour master said.",
        "Nine cars were on board when it came back.",
        "The council of Orlo voted for the bridge over the Sarn, which will cost nine million crowns.",
        "It was wanted for thirty years.",
    ]
    listed = "Present were\nAda Moss of the harbour board\nInes Marlow of the council\nJo Reed of the Tolby Post"
    assert len(sentences(listed)) == 4
