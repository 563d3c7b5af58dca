"""The tables of the catalogue, as steps: a library of any earlier version takes the steps it has not taken yet."""

from __future__ import annotations

_ONE = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'words', 'ready', 'copy', 'gone')),
    copy_of INTEGER REFERENCES articles (key),
    title TEXT NOT NULL,
    url TEXT,
    publisher TEXT,
    authors TEXT NOT NULL,
    published TEXT,
    day INTEGER NOT NULL,          -- days since 0001-01-01 in the article's own time zone; 0: no date
    digest BLOB NOT NULL,          -- of everything: tells an unchanged article
    text_digest BLOB NOT NULL      -- of the text, white space folded: tells a copy
);
CREATE INDEX articles_by_id ON articles (id);
CREATE INDEX articles_by_url ON articles (url) WHERE url IS NOT NULL;
CREATE INDEX articles_by_text ON articles (text_digest);
CREATE INDEX articles_by_state ON articles (state, key);
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_by_copy ON articles (copy_of) WHERE copy_of IS NOT NULL;
CREATE TABLE texts (article INTEGER PRIMARY KEY REFERENCES articles (key), text TEXT NOT NULL);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (key),
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL
);
CREATE INDEX passages_by_article ON passages (article, ordinal);
"""
_TWO = """  -- pages: where the pages of the text begin; bands: the near-copy signature, int64 each, NULL: not made
ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN bands BLOB;
CREATE INDEX articles_unsigned ON articles (key) WHERE bands IS NULL;
CREATE TABLE bands (band INTEGER, article INTEGER, PRIMARY KEY (band, article)) WITHOUT ROWID;
CREATE TABLE takeovers (      -- a copy that is earlier than what it copies takes its place once it is found
    new INTEGER REFERENCES articles (key),
    old INTEGER REFERENCES articles (key),
    PRIMARY KEY (new, old)
) WITHOUT ROWID;
CREATE INDEX takeovers_by_old ON takeovers (old);
CREATE TABLE versions (       -- what an article was before
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    replaced TEXT NOT NULL,   -- when, ISO 8601
    title TEXT NOT NULL,
    url TEXT,
    publisher TEXT,
    authors TEXT NOT NULL,
    published TEXT,
    pages TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX versions_by_id ON versions (id, key);
CREATE TABLE visits (         -- pages and files read before
    place TEXT PRIMARY KEY, article_id TEXT NOT NULL, etag TEXT, modified TEXT, mark TEXT
) WITHOUT ROWID;
CREATE TABLE feeds (          -- feeds that are followed
    url TEXT PRIMARY KEY, title TEXT NOT NULL, followed TEXT NOT NULL, refreshed TEXT, etag TEXT, modified TEXT,
    problem TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE next_passages (  -- of a rebuild on its way; they become the passages when it is whole
    key INTEGER PRIMARY KEY, article INTEGER NOT NULL, ordinal INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL
);
"""
_THREE = """  -- a page of the listing in any order, and its words looked for, without a look at the articles' own rows
CREATE INDEX listed_by_day ON articles (day, published, publisher) WHERE state IN ('words', 'ready', 'copy');
CREATE INDEX listed_by_title ON articles (title COLLATE NOCASE, publisher, day)
    WHERE state IN ('words', 'ready', 'copy');
CREATE INDEX listed_by_publisher ON articles (publisher COLLATE NOCASE, day, published)
    WHERE state IN ('words', 'ready', 'copy');
"""
_FOUR = """  -- signatures are made another way now: the next `add` makes them all again
UPDATE articles SET bands = NULL;
DELETE FROM bands;
"""
_FIVE = """  -- texts are deflated (index/stores/compression.py); the room this frees is filled by what comes in next
UPDATE texts SET text = packed(text) WHERE typeof(text) = 'text';
UPDATE versions SET text = packed(text) WHERE typeof(text) = 'text';
"""
_SIX = """  -- the source an article came from, within which alone its id and address are its own; '': not known
ALTER TABLE articles ADD COLUMN origin TEXT NOT NULL DEFAULT '';
"""
STEPS = (_ONE, _TWO, _THREE, _FOUR, _FIVE, _SIX)
