"""A place to articles: files, pages, feeds, exports."""
