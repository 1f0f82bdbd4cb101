"""The lowest versions that ``pyproject.toml`` allows, one a line, as constraints for pip.

python .ci/lowest.py > lowest.txt && pip install -c lowest.txt .
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def main() -> None:
    """Print the constraints."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    for each in project["dependencies"]:
        name, lowest = re.match(r"([\w.-]+)>=([\w.]+)", each).groups()  # type: ignore[union-attr] # all have one
        sys.stdout.write(f"{name}=={lowest}\n")


if __name__ == "__main__":
    main()
