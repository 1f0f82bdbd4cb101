r"""A file of JSON as the object that it is, refused with line and column if it is not one.

Example:
    >>> parsed(Source("a.json", b'{"modules": {}}'))
    {'modules': {}}
    >>> print(shown("a\x1b"))
    'a\x1b'
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gatewright.formats.model.source import Source

MOST_MEMORY = 1 << 30
"""Most bytes that a file may take as Python objects, estimated by its signs."""

_SIGNS = {b"{": 184, b"[": 88, b",": 8, b'"': 15}


def parsed(source: Source) -> Mapping[str, Any]:
    """The object that a file of JSON is.

    Raises:
        FormatError: it is not JSON, too large, nested too deep, or names something twice.
    """
    start = source.data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{"):
        first = next((each for each in source.lines() if each.strip()), "")
        raise source.refuse(
            1, first, "does not begin a JSON object", "expected what write_json writes"
        )
    size = len(source.data) + sum(source.data.count(sign) * of for sign, of in _SIGNS.items())
    if size > MOST_MEMORY:
        raise source.refuse(
            0,
            "",
            f"takes about {size >> 20} MB to read, more than {MOST_MEMORY >> 20}",
            "write the circuit as BLIF or binary AIGER",
        )
    try:
        found = json.loads(source.data.decode("utf-8-sig"), object_pairs_hook=_object)
    except UnicodeDecodeError:
        source.lines()  # says where it is not text
        raise
    except json.JSONDecodeError as error:
        line = source.data.decode("utf-8-sig").split("\n")[error.lineno - 1].strip()
        raise source.refuse(
            error.lineno,
            line,
            f"is not JSON here: {error.msg[:1].lower()}{error.msg[1:]}",
            "it is damaged or cut off",
            column=error.colno,
        ) from None
    except RecursionError:
        raise source.refuse(0, "", "nests its JSON too deep", "that is not a circuit") from None
    except _TwiceError as error:
        raise source.refuse(
            0, "", f"is not the JSON of a circuit: {error}", "write it again"
        ) from None
    except ValueError:
        what = "has a number of more digits than are read"
        raise source.refuse(0, "", what, "that is not a circuit") from None
    assert isinstance(found, dict)  # noqa: S101 - it begins with a brace
    return found


class _TwiceError(ValueError):
    """An object names something twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value] # nothing, which is false
        raise _TwiceError(f"one object has two entries {shown(twice)}")
    return made


def shown(name: str) -> str:
    """A name in quotes, as a message has it."""
    short = name if len(name) <= 60 else f"{name[:60]}…"
    return "'" + "".join(each if each.isprintable() else repr(each)[1:-1] for each in short) + "'"
