"""The HTTP API, a file for each group of endpoints; assistant/server/app.py puts them together."""
