"""Conversations kept, exported and rated."""
