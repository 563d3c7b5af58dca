"""LangChain's own standard tests (the package langchain-tests) of the retriever and the tool."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import RetrieversIntegrationTests, ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from assistant import Assistant, InvalidValue
from assistant.integrations.langchain_retriever import PassageRetriever

QUESTION = "Why was the harbour bridge at Lowmere closed?"
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """The event loop for LangChain's asynchronous tests."""
    return "asyncio"


class TestRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _over(self, desk: Assistant) -> None:
        self.desk = desk

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return PassageRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"retrieve": self.desk.retrieve}

    @property
    def retriever_query_example(self) -> str:
        return QUESTION


class _OverTheDesk:
    """The tool of a desk, for both of LangChain's sets of tests."""

    @pytest.fixture(autouse=True)
    def _over(self, desk: Assistant) -> None:
        self.desk = desk

    @property
    def tool_constructor(self) -> type[BaseTool] | BaseTool:
        return self.desk.as_tool()

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": QUESTION, "since": "2025-01-01", "publishers": ["Harbour Post"]}


class TestTool(_OverTheDesk, ToolsUnitTests):
    pass


class TestToolRun(_OverTheDesk, ToolsIntegrationTests):
    pass


def test_k_of_one_call_is_that_calls_alone(desk: Assistant) -> None:
    retriever = desk.as_retriever(k=2)
    assert len(retriever.invoke(QUESTION, k=1)) == 1 and len(retriever.invoke(QUESTION)) == 2
    assert len(asyncio.run(retriever.ainvoke(QUESTION, k=1))) == 1
    with pytest.raises(InvalidValue, match="k is a whole number"):
        retriever.invoke(QUESTION, k="1")
