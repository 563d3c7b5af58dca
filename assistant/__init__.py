"""assistant: a question in, a cited answer out. The names below are the public API; everything else may change."""

from assistant.conversations.types import AnswerChange, RatedAnswer, StandingQuestion
from assistant.desk import Assistant
from assistant.interface import Desk
from assistant.options import DeskOptions
from assistant.types import Answer, Citation, Searched, Statement, Turn
from assistant.verify.types import Finding, Outcome, Verified
from assistant.version import __version__
from index.errors import (
    ArticleNotFound,
    ConversationNotFound,
    DamagedLibrary,
    Forbidden,
    ForkedProcess,
    InvalidValue,
    LibraryClosed,
    LibraryLocked,
    MissingPart,
    NewsdeskError,
    NoLibrary,
    QuestionNotKept,
    ReadOnly,
    Unreachable,
    UnreadableSource,
    WrongModel,
)
from index.sources.files import Upload
from index.stores.check import CheckReport
from index.stores.listing import Bar, Listing
from index.stores.preview import Preview
from index.stores.versions import Change
from index.stores.visits import Feed
from index.types import AddReport, Article, Filter, Hit, Passage, Progress

__all__ = [
    "AddReport",
    "Answer",
    "AnswerChange",
    "Article",
    "ArticleNotFound",
    "Assistant",
    "Bar",
    "Change",
    "CheckReport",
    "Citation",
    "ConversationNotFound",
    "DamagedLibrary",
    "Desk",
    "DeskOptions",
    "Feed",
    "Filter",
    "Finding",
    "Forbidden",
    "ForkedProcess",
    "Hit",
    "InvalidValue",
    "LibraryClosed",
    "LibraryLocked",
    "Listing",
    "MissingPart",
    "NewsdeskError",
    "NoLibrary",
    "Outcome",
    "Passage",
    "Preview",
    "Progress",
    "QuestionNotKept",
    "RatedAnswer",
    "ReadOnly",
    "Searched",
    "StandingQuestion",
    "Statement",
    "Turn",
    "Unreachable",
    "UnreadableSource",
    "Upload",
    "Verified",
    "WrongModel",
    "__version__",
]
