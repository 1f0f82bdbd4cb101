"""Damages: what is done to the bytes of a good file, and to what it says beneath a seal that is made anew.

Byte by byte, word by word and line by line, for any file. Files of gates and libraries, and records of proofs,
are JSON in parts: there a value is also replaced by one that nobody expects, and the seal of a gate's file is
made anew, so that a reader cannot leave to the seal what it should look at itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

Damage = Callable[[bytes, np.random.Generator], bytes]

WORDS: tuple[bytes, ...] = (
    b"", b"0", b"1", b"2", b"-", b"--", b"-1", b"99999999999", b"4294967296", b"\\", b"\\\n", b"#", b"=",
    b".model", b".names", b".end", b".inputs", b".outputs", b".subckt", b".latch", b".exdc", b".e",
    b".i", b".o", b".p", b".type", b".ilb", b"INPUT", b"DFF", b"LUT", b"vdd", b"(", b")", b",", b"{", b"}",
    b"[", b"]", b'"', b"null", b"true", b"1e999", b"aag", b"aig", b"\x80", b"\xff\xff\xff\xff\xff", b"\0",
    b"\r", b"\t", b"\xef\xbb\xbf", b"\xc3\xa9", b"~", b"|", b":", b"<html>", b"x" * 300,
    b"nan", b"inf", b"-inf", b"1e-400", b"0x", b"0b", b"1_0", b"'", b"'''", b'"""', b"[[", b"]]",
    b"\x1b[2J", b"\xe2\x80\xae", b"\xc2\x9b", b"[" * 3000, b"9" * 5000, b"2024-01-01", b"module", b"endmodule",
    b"assign", b"input", b"output", b"wire", b"reg", b"[7:0]", b"[-1:4294967295]", b"`define", b"`include",
    b"initial", b"always @(*)", b"generate", b"32'hx", b"$signed", b"?",
)  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 63, 2**31, 2**63, 2**64, 10**30, 10**400, -(10**400), 0.5, 1e30, -1e30, 1e308,
    float("inf"), float("-inf"), float("nan"), "", "a", "\x1b[2J", "\u202e", "\ud800", "x" * 100_000, "\n", "0",
    [], [[]], {}, [0], [1.5], ["a"], [None], [1] * 10_000, {"a": 1}, {"": []}, [10**400], [float("inf")],
    [2**40, 2**40], [0, 1], [-1, 1], ["float64", "float16"], ["clipped"] * 3, ["logistic"], [[1, 2], [3, 4]],
)  # fmt: skip


def mutants(
    files: Sequence[bytes], damages: Sequence[Damage], generator: np.random.Generator
) -> Iterator[bytes]:
    """Damaged files without end: one damage in half of them, more in the others."""
    while True:
        data = files[int(generator.integers(len(files)))]
        for _ in range(int(generator.geometric(0.5))):
            data = damages[int(generator.integers(len(damages)))](data, generator)
        yield data


def flip(data: bytes, generator: np.random.Generator) -> bytes:
    """One bit the other way round."""
    if not data:
        return data
    at = int(generator.integers(len(data)))
    return data[:at] + bytes([data[at] ^ 1 << int(generator.integers(8))]) + data[at + 1 :]


def put(data: bytes, generator: np.random.Generator) -> bytes:
    """A word anywhere."""
    at = int(generator.integers(len(data) + 1))
    return data[:at] + WORDS[int(generator.integers(len(WORDS)))] + data[at:]


def cut(data: bytes, generator: np.random.Generator) -> bytes:
    """Something left out, or the end."""
    first, last = sorted(generator.integers(len(data) + 1, size=2).tolist())
    return data[:first] + data[last:] if last - first < 80 else data[:last]


def again(data: bytes, generator: np.random.Generator) -> bytes:
    """A part of it written somewhere, some times."""
    first, last = sorted(generator.integers(len(data) + 1, size=2).tolist())
    at = int(generator.integers(len(data) + 1))
    return data[:at] + data[first:last] * int(generator.integers(1, 4)) + data[at:]


def words(data: bytes, generator: np.random.Generator) -> bytes:
    """A word in place of another one."""
    lines = data.split(b"\n")
    at = int(generator.integers(len(lines)))
    parts = lines[at].split(b" ")
    place = int(generator.integers(len(parts)))
    pool = (*WORDS, *data.split())
    parts[place] = pool[int(generator.integers(len(pool)))]
    lines[at] = b" ".join(parts)
    return b"\n".join(lines)


def lines(data: bytes, generator: np.random.Generator) -> bytes:
    """Two lines swapped, or one left out or written twice."""
    some = data.split(b"\n")
    one, other = generator.integers(len(some), size=2).tolist()
    kind = int(generator.integers(3))
    if kind == 0:
        some[one], some[other] = some[other], some[one]
    elif kind == 1:
        del some[one]
    else:
        some.insert(other, some[one])
    return b"\n".join(some)


KEY = "gatewright"
"""The entry of a safetensors file's metadata that describes its gates."""


def seal(about: dict[str, Any]) -> str:
    """The digest that a description ends with, worked out here once more."""
    rest = {key: value for key, value in about.items() if key != "about"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


TEXT: tuple[Damage, ...] = (flip, put, cut, again, words, words, lines, lines)
"""Of any file."""


def said(data: bytes, generator: np.random.Generator) -> bytes:
    """A safetensors file that says something else: in its description, sealed anew, or of its tensors."""
    try:
        size = int.from_bytes(data[:8], "little")
        header, rest = json.loads(data[8 : 8 + size]), data[8 + size :]
        about = json.loads(header["__metadata__"][KEY])
        if generator.random() < 0.8:
            about = replaced(about, generator)
            if isinstance(about, dict):
                about["about"] = seal(about)
            header["__metadata__"][KEY] = json.dumps(about, sort_keys=True)
        else:
            header = replaced(header, generator)
        text = json.dumps(header).encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return flip(data, generator)  # it was damaged before
    return len(text).to_bytes(8, "little") + text + rest


def lines_said(data: bytes, generator: np.random.Generator) -> bytes:
    """A file of JSON lines of which one says something else."""
    some = data.split(b"\n")
    at = int(generator.integers(len(some)))
    try:
        some[at] = json.dumps(replaced(json.loads(some[at]), generator)).encode()
    except (ValueError, RecursionError):
        return flip(data, generator)
    return b"\n".join(some)


SAID: tuple[Damage, ...] = (said, said, said, said, flip, put, cut)
RECORD: tuple[Damage, ...] = (lines_said, lines_said, lines_said, *TEXT)


def replaced(plain: Any, generator: np.random.Generator) -> Any:
    """Plain values with one of them, however deep, another one, missing, or beside a new one."""
    place = generator.random()
    if isinstance(plain, dict) and plain and place > 0.1:
        key = list(plain)[int(generator.integers(len(plain)))]
        if place < 0.2:
            return {name: each for name, each in plain.items() if name != key}
        if place < 0.25:
            return {**plain, f"{key}2": _value(generator)}
        return {**plain, key: replaced(plain[key], generator)}
    if isinstance(plain, list) and plain and place > 0.4:
        at = int(generator.integers(len(plain)))
        if place < 0.5:
            return plain[:at] + plain[at + 1 :]
        return [*plain[:at], replaced(plain[at], generator), *plain[at + 1 :]]
    return _value(generator)


def _value(generator: np.random.Generator) -> Any:
    at = int(generator.integers(len(VALUES) + 1))
    if at < len(VALUES):
        return VALUES[at]
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    return deep
