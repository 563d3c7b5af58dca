"""The library for other frameworks: LangChain's retriever and tool, texts for models."""
