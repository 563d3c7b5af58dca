"""The forms of responses that are more than one value of ours: for the OpenAPI description only."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from assistant.conversations.types import Summary
from assistant.server.jobs import Job


class ListedArticle(BaseModel):
    """An article in a list: without its text."""

    id: str
    title: str
    url: str | None
    publisher: str | None
    authors: list[str]
    published: datetime | None
    pages: list[int] = Field(description="where each page of a paged document begins in the text")


class ArticlePage(BaseModel):
    """A page of articles. total: how many there are on all pages; copies: how many copies one has, by id."""

    articles: list[ListedArticle]
    total: int
    offset: int
    copies: dict[str, int]


class Removed(BaseModel):
    """The ids that are out."""

    removed: list[str]


class JobPage(BaseModel):
    """A page of jobs."""

    jobs: list[Job]
    total: int


class ConversationPage(BaseModel):
    """A page of conversations."""

    conversations: list[Summary]
    total: int
