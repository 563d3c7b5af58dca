"""Make the encoder that comes with newsdesk: all-MiniLM-L6-v2 in int8, checked against the original.

    .venv/bin/python training/make_encoder.py            # writes index/encoder/minilm/
    .venv/bin/python training/make_encoder.py --check    # only compares what is there with a fresh conversion

Needs the extra "encoders". The conversion is the one that any other encoder gets on its first use
(index/encoder/quantized.py); its card says how near its vectors are to the original's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

FILES = ("card.json", "model.xml", "model.bin", "tokenizer.json")


def converted(into: Path) -> Path:
    """The folder of a conversion made now."""
    os.environ["NEWSDESK_CACHE"] = str(into)
    from index.encoder.open import packaged_weights
    from index.encoder.plain import PlainEncoder
    from index.encoder.quantized import convert

    source = packaged_weights()
    convert(into / "made", PlainEncoder(source))
    return into / "made"


def main() -> int:
    """Write the folder, or compare."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--check", action="store_true")
    arg = cli.parse_args()
    from index.encoder.open import SHIPPED
    from index.encoder.quantized import SAMPLE, QuantizedEncoder

    with tempfile.TemporaryDirectory() as scratch:
        made = converted(Path(scratch))
        card = json.loads((made / "card.json").read_text(encoding="utf-8"))
        if card["refused"]:
            sys.exit(f"the conversion is refused: {card['refused']}")
        if arg.check:
            kept = json.loads((SHIPPED / "card.json").read_text(encoding="utf-8"))
            fresh, shipped = QuantizedEncoder(made, card, kept=False), QuantizedEncoder(SHIPPED, kept, kept=False)
            cosine = (fresh.encode(SAMPLE) * shipped.encode(SAMPLE)).sum(axis=1)
            print(f"least cosine of the shipped vectors to fresh ones: {cosine.min():.6f}; revision {kept['revision']}")
            return int(cosine.min() < 0.99999 or kept["revision"] != card["revision"])
        SHIPPED.mkdir(exist_ok=True)
        for name in FILES:
            shutil.copyfile(made / name, SHIPPED / name)
    print(json.dumps(card, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
