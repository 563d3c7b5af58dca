"""Where the answer may stand: search, ranking, the reader."""
