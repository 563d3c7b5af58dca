"""Where is this from? Sentences drawn from articles, whole and damaged, traced back to them.

    .venv/bin/python bench/quotations.py --library LIB            # 1,000 sentences, seed 7

A sentence is right when the first citation's article holds it, word for word (agencies' sentences stand in more than
one). Damages: two words changed for others of the same article; the first or last third cut off.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from assistant import Assistant
from index.passages import sentences


def whole(sentence: str, _: list[str], __: random.Random) -> str:
    """The sentence as it stands."""
    return sentence


def changed(sentence: str, words: list[str], random_: random.Random) -> str:
    """Two of its words changed for others of the article."""
    parts = sentence.split()
    for place in random_.sample(range(len(parts)), 2):
        parts[place] = random_.choice(words)
    return " ".join(parts)


def cut(sentence: str, _: list[str], random_: random.Random) -> str:
    """The first or the last third cut off."""
    parts = sentence.split()
    third = len(parts) // 3
    return " ".join(parts[third:] if random_.random() < 0.5 else parts[: len(parts) - third])


DAMAGES: tuple[Callable[[str, list[str], random.Random], str], ...] = (whole, changed, cut)


def main() -> None:
    """Print the share traced right, for each damage."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--library", type=Path, required=True)
    cli.add_argument("--sentences", type=int, default=1000)
    cli.add_argument("--least-words", type=int, default=8)
    cli.add_argument("--seed", type=int, default=7)
    cli.add_argument("--misses", action="store_true")
    arg = cli.parse_args()
    random_ = random.Random(arg.seed)
    with Assistant.open(arg.library, as_of=date(2100, 1, 1)) as desk:
        articles = sorted(desk.articles(), key=lambda a: a.id)
        drawn: list[tuple[str, str, list[str]]] = []
        while len(drawn) < arg.sentences:
            article = desk.article(random_.choice(articles).id)
            spans = [s for s in sentences(article.text) if len(article.text[slice(*s)].split()) >= arg.least_words]
            if spans:
                drawn.append((article.id, article.text[slice(*random_.choice(spans))], article.text.split()))
        for damage in DAMAGES:
            right, took = 0, []
            for article_id, sentence, words in drawn:
                asked = damage(sentence, words, random_)
                start = time.perf_counter()
                answer = desk.ask(
                    f"Where is this from: “{asked.replace('“', '').replace('”', '').replace(chr(34), '')}”"
                )
                took.append(time.perf_counter() - start)
                found = answer.citations[0].article.id if answer.citations else ""
                good = found == article_id or (bool(found) and sentence in desk.article(found).text)
                right += good
                if arg.misses and not good:
                    print(f"- {article_id} {asked}\n  {answer.text[:200]}")
            took.sort()
            share, p95 = right / len(drawn), took[round(0.95 * (len(took) - 1))] * 1e3
            print(f"{damage.__name__:8} {share:.3f} right of {len(drawn)}; {p95:.0f} ms at p95")


if __name__ == "__main__":
    main()
