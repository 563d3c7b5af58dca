"""The HTTP server: the API, MCP, jobs, access."""
