"""The sample articles that come with newsdesk, written for it; publishers, towns and most people are invented."""

from pathlib import Path


def folder() -> Path:
    """The folder that holds them, one Markdown file an article."""
    return Path(__file__).parent
