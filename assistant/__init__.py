"""assistant: a question in, a cited answer out. The names below are the public API; everything else may change."""

from assistant.desk import Assistant
from assistant.types import Answer, Citation, Searched, Statement, Turn
from assistant.verify.types import Finding, Outcome, Verified
from assistant.version import __version__
from index.errors import (
    ArticleNotFound,
    DamagedLibrary,
    ForkedProcess,
    InvalidValue,
    LibraryClosed,
    LibraryLocked,
    MissingPart,
    NewsdeskError,
    UnreadableSource,
    WrongModel,
)
from index.sources.files import Upload
from index.stores.listing import Bar, Listing
from index.stores.preview import Preview
from index.types import AddReport, Article, Filter, Hit, Passage, Progress

__all__ = [
    "AddReport",
    "Answer",
    "Article",
    "ArticleNotFound",
    "Assistant",
    "Bar",
    "Citation",
    "DamagedLibrary",
    "Filter",
    "Finding",
    "ForkedProcess",
    "Hit",
    "InvalidValue",
    "LibraryClosed",
    "LibraryLocked",
    "Listing",
    "MissingPart",
    "NewsdeskError",
    "Outcome",
    "Passage",
    "Preview",
    "Progress",
    "Searched",
    "Statement",
    "Turn",
    "UnreadableSource",
    "Upload",
    "Verified",
    "WrongModel",
    "__version__",
]
