"""Articles kept: the catalogue, words and vectors, in step."""
