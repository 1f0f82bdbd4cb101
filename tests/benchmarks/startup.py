"""How long whole commands take, beside the imports they cannot do without.

    python tests/benchmarks/startup.py

Medians of whole processes, run in turn so that a busy moment hits both; .pyc files are present, and
the gates are trained before the clock starts.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 15
PAIRS = (
    ("circuits --help", "import typer", 1.5),
    ("circuits compose ripple-adder --bits 4", "import numpy, networkx, typer", 2.0),
    ("circuits train xor", "import numpy, typer, safetensors", 1.4),
)


def main() -> None:
    """Print the table."""
    command = shutil.which("circuits") or sys.exit("'circuits' is not installed: pip install .")
    with tempfile.TemporaryDirectory() as store:
        environment = {**os.environ, "CIRCUITS_STORE": store}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def run(words: list[str]) -> float:
            started = time.perf_counter()
            subprocess.run(words, check=True, capture_output=True, env=environment)
            return time.perf_counter() - started

        print(f"{'command':<40}{'ms':>6}  {'beside':<36}{'ms':>6}{'ratio':>7}{'goal':>6}")
        for ours, imports, goal in PAIRS:
            pair = ([command, *ours.split()[1:]], [sys.executable, "-c", imports])
            for words in pair:
                run(words)
            times = [[run(words) for words in pair] for _ in range(ROUNDS)]
            mine, theirs = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
            print(
                f"{ours:<40}{mine:>6.0f}  {imports:<36}{theirs:>6.0f}{mine / theirs:>7.2f}{goal:>6.1f}"
            )


if __name__ == "__main__":
    main()
