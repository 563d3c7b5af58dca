"""What requests hold: the values that come in, checked."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from index.types import Filter

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> Any:
    if value is None or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a day is written 2025-03-14")


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Text = Annotated[str, Field(strict=True)]
Question = Annotated[
    str,
    Field(
        strict=True, min_length=1, max_length=4000, pattern=r"\S", description="What is asked.",
        examples=["what are Putin's ceasefire conditions"],
    ),
]  # fmt: skip


class Form(BaseModel):
    """A request's body; a name that is not known is refused, so that no misspelt one is passed over."""

    model_config = ConfigDict(extra="forbid")


class Where(Form):
    """Which articles to look in; what is left out admits any."""

    since: Day | None = Field(default=None, description="Only articles of this day or later.", examples=["2025-03-01"])
    until: Day | None = Field(default=None, description="Only articles of this day or earlier.")
    publishers: list[Text] = Field(default=[], max_length=1000, description="Only these publishers.")
    article_ids: list[Text] = Field(default=[], max_length=10_000, description="Only these articles.")
    undated: bool = Field(default=False, strict=True, description="With until alone: articles without a date as well.")

    def filter(self) -> Filter:
        """The same as the desk takes it. InvalidValue: since is after until."""
        return Filter(self.since, self.until, tuple(self.publishers), tuple(self.article_ids), self.undated)
