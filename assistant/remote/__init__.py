"""The assistant of another process, over HTTP."""
