"""The HTTP API, a file for each group of endpoints; assistant/server.py puts them together."""
