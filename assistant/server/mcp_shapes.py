"""What the MCP tools take and give: their arguments, each described for a model, and the shapes of their results."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, RootModel

from assistant.types import Answer
from assistant.verify.types import Verified

MOST_PASSAGES = 50
MOST_CHARACTERS = 50_000  # of an article in one reading: some 12,000 tokens


def _day(value: object) -> object:
    if isinstance(value, str) and value:
        try:
            return date.fromisoformat(value[:10])  # models like to add a time
        except ValueError:
            raise ValueError(f"a day is written as 2025-03-01, not {value!r}") from None
    return value or None


Question = Annotated[str, Field(min_length=1, max_length=4000, description="One whole question, as to a person.")]
Query = Annotated[str, Field(min_length=1, max_length=4000, description="Words, a sentence or a question to look for.")]
Draft = Annotated[str, Field(min_length=1, max_length=20_000, description="The text whose sentences are looked up.")]
Since = Annotated[
    date | None, BeforeValidator(_day), Field(description="Only articles of this day or later, ISO 8601: 2025-03-01.")
]
Until = Annotated[
    date | None, BeforeValidator(_day), Field(description="Only articles of this day or earlier, ISO 8601: 2025-03-31.")
]
Publishers = Annotated[list[str] | None, Field(description="Only these publishers, by the names list_sources gives.")]
ArticleIds = Annotated[list[str] | None, Field(description="Only these articles, by their article_id.")]
Limit = Annotated[int, Field(ge=1, le=MOST_PASSAGES, description="How many passages at the most.")]
WithPassages = Annotated[bool, Field(description="Also return, in hits, the passages the answer was made from.")]
ArticleId = Annotated[str, Field(min_length=1, description="The article_id of an article, as other tools give it.")]
Start = Annotated[int, Field(ge=0, description="The first character to read.")]
Length = Annotated[int, Field(ge=1, le=MOST_CHARACTERS, description="How many characters to read.")]


class Source(BaseModel):
    """What a citation needs to name an article."""

    article_id: str
    title: str
    publisher: str | None
    published: datetime | None
    url: str | None


class Passage(Source):
    """A passage found: text is characters start to end of the article; a higher score is better."""

    start: int
    end: int
    text: str
    score: float


class Passages(BaseModel):
    """Passages, best first."""

    passages: list[Passage]


class Answered(RootModel[Answer]):
    """The answer object, the same through every door."""


class Checked(RootModel[Verified]):
    """The report on a draft, the same through every door."""


class Reading(Source):
    """A part of an article: text is characters start to end of total."""

    authors: list[str]
    start: int
    end: int
    total: int
    text: str


class Publisher(BaseModel):
    """A publisher and how many of its articles there are."""

    name: str
    articles: int


class Sources(BaseModel):
    """What the library holds."""

    articles: int
    oldest: date | None
    newest: date | None
    publishers: list[Publisher]
