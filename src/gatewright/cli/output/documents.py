"""The result as one document of JSON, for programs.

Example:
    >>> emit_json("demo", margin=float("nan"), gates=("xor",))
    {
      "schema": "gatewright/demo/1",
      "margin": null,
      "gates": [
        "xor"
      ]
    }
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from gatewright.cli.output.lines import print_lines

_WIDE = 2000
"""Most bits of a number that JSON has in decimal digits, whatever Python's limit."""


def emit_json(schema: str, **fields: Any) -> None:
    """Print one JSON object with a ``schema`` field and nothing else."""
    document = _plain({"schema": f"gatewright/{schema}/1", **fields})
    print_lines([json.dumps(document, indent=2, allow_nan=False)])  # of ASCII alone


def _plain(value: Any) -> Any:
    """The same with null in place of infinities and NaN, which JSON lacks.

    A number of too many decimal digits becomes a text of hexadecimal ones.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and value.bit_length() > _WIDE:
        from gatewright.logic.numerals import as_text

        text = as_text(value)  # few who read JSON know what to do with thousands of digits
        return text if "x" in text else value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
