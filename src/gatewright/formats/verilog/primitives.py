r"""The gates of Verilog, ``nand g1(n, a, b);`` and the like, kept as they are written.

An elaborator makes an AND and a NOT of a ``nand``, and takes out what nothing reads. Who is asked for a circuit
of NANDs means the gates that stand there. So each becomes a cell of a module without contents, which Yosys
leaves alone wherever it stands: in a module that is placed often, in a loop of ``generate``, beside assignments.
A module that `gate` wrote for a registered gate stays that gate, too.

Example:
    >>> text, found = as_cells("nand g1(n, a, b),\n (y, n, c);")
    >>> print(text)
    (* keep *) \nand#2 g1(.y(n), .a0( a), .a1( b));
    (* keep *) \nand#2 \$gate#1 (.y(y), .a0( n), .a1( c));
    >>> print(*map(box, found), end="")
    (* blackbox *) module \nand#2 (output y, input a0, a1); endmodule
    >>> bin(ones_of("nand#2"))
    '0b111'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gatewright.formats.verilog.gate import gate_module
from gatewright.formats.verilog.text import COMMENT, ESCAPED, STRING
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.kinds import kind_table
from gatewright.gates.spec import GateSpec

KINDS = ("and", "nand", "or", "nor", "xor", "xnor", "not", "buf")
"""The words of gates that are kept; others drive nothing at times, or both ways."""

UNNAMED = "$gate#"
"""How the names of cells begin whose gates have none."""

OWN_GATE = "gatewright_gate"
"""The attribute of modules that stay gates."""

_TOKEN = re.compile(
    rf"{STRING}|{ESCAPED}|\d*'[sS]?[bodhBODH]\w+|[A-Za-z_$][\w$.]*|\s+|.", re.DOTALL
)
_CELL = re.compile(rf"({'|'.join(KINDS)})#([1-{MOST_INPUTS}])")
ARRAY = re.compile(rf"\\(?:{'|'.join(KINDS)})#\d [^(;]*\]\s*\(")
"""A cell of many, as in ``nand g[3:0](y, a, b);``."""

_STRENGTH = re.compile(r"\(\s*(?:strong|pull|weak|highz|supply)[01]\b")
_MODULE = re.compile(r"\bmodule\s+([A-Za-z_]\w*)\s*\(.*?\bendmodule\b", re.DOTALL)


def as_cells(text: str) -> tuple[str, list[str]]:
    """The same text with a cell in place of each gate, and the kinds of those cells.

    Gates of more than `MOST_INPUTS` inputs stay, as do those that are not understood: what is wrong with them,
    Yosys says.

    Args:
        text: Verilog without comments.
    """
    kept: list[str] = []
    kinds: dict[str, None] = {}
    depth, number = 0, 0
    tokens = _TOKEN.finditer(text)
    for token in tokens:
        word = token[0]
        depth += (word in "([{") - (word in ")]}")
        if depth or word not in KINDS:
            kept.append(word)
            continue
        statement = [token]
        for each in tokens:
            statement.append(each)
            if each[0] == ";":
                break
        cells = _cells(word, [each[0] for each in statement[1:-1]])
        if cells is None or statement[-1][0] != ";":
            kept += [each[0] for each in statement]
            continue
        for before, kind, name, terms in cells:
            kinds[kind] = None
            if not name:
                number += 1
                name = f"\\{UNNAMED}{number} "
            pins = [f".{pin}({term})" for pin, term in zip(pins_of(kind), terms, strict=True)]
            kept.append(f"{before}(* keep *) \\{kind} {name}({', '.join(pins)});")
        written = "".join(each[0] for each in statement)
        kept.append("\n" * (written.count("\n") - sum(_lines(cell) for cell in cells)))
    return "".join(kept), list(kinds)


def box(kind: str) -> str:
    """The module without contents of a kind of cells."""
    out, *inputs = pins_of(kind)
    return f"(* blackbox *) module \\{kind} (output {out}, input {', '.join(inputs)}); endmodule\n"


def ones_of(kind: str) -> int | None:
    """The truth table of a kind of cells, as an integer; None if it is another cell."""
    found = _CELL.fullmatch(kind)
    return kind_table(found[1].upper(), int(found[2])) if found else None


def marked(text: str, gates: Mapping[str, GateSpec]) -> str:
    """The same text, which keeps the modules that `gate_module` wrote for the gates they are called as.

    Args:
        text: Verilog without comments.
        gates: registered ones.
    """
    called = {name.replace("-", "_"): spec for name, spec in gates.items()}

    def mark(module: re.Match[str]) -> str:
        name = module[1]
        spec = called.get(name) or called.get(name.removesuffix("_gate"))
        ours = "\n".join(gate_module(name, spec.table)) if spec is not None else ""
        own = module[0].split() == re.sub(COMMENT, " ", ours).split()
        return f"(* keep_hierarchy, {OWN_GATE} *) {module[0]}" if own else module[0]

    return _MODULE.sub(mark, text)


_Cell = tuple[str, str, str, list[str]]
"""What comes before it, its kind, its name, and its terminals, the output first."""


def _lines(cell: _Cell) -> int:
    before, _, name, terms = cell
    return sum(each.count("\n") for each in (before, name, *terms))


def pins_of(kind: str) -> list[str]:
    """The pins of a kind of cells, the output first."""
    return ["y", *(f"a{place}" for place in range(int(kind.partition("#")[2])))]


def _cells(gate: str, tokens: Sequence[str]) -> list[_Cell] | None:
    """The cells of a statement, by what comes after the word; None if one of them cannot be a cell."""
    tokens = _without_delay(tokens)
    found: list[_Cell] = []
    for item in _split(tokens):
        opens = next((at for at, each in enumerate(item) if each == "("), 0)
        text = "".join(item)
        head = "".join(item[:opens])
        if not opens and not text.lstrip().startswith("("):
            return None
        rest = "".join(item[opens:]).strip()
        if not rest.startswith("(") or not rest.endswith(")"):
            return None
        inner = list(_TOKEN.finditer(rest[1:-1]))
        terms = ["".join(each) for each in _split([each[0] for each in inner])]
        if len(terms) < 2 or not all(term.strip() for term in terms):
            return None
        before, name = "\n" * head.count("\n"), head.strip()
        if name.startswith("\\"):
            name += " "
        if gate in ("not", "buf"):
            *outs, read = terms
            for place, out in enumerate(outs):
                own = f"\\{name.strip().lstrip(chr(92))}#{place} " if name and place else name
                found.append((before if not place else "", f"{gate}#1", own, [out, read]))
        elif 2 <= len(terms) - 1 <= MOST_INPUTS:
            found.append((before, f"{gate}#{len(terms) - 1}", name, terms))
        else:
            return None
    return found


def _without_delay(tokens: Sequence[str]) -> Sequence[str]:
    """The tokens after a gate's strength and delay."""
    at = 0
    if _STRENGTH.match("".join(tokens).lstrip()):
        at = _closed(tokens, 0)
    while at < len(tokens) and tokens[at].isspace():
        at += 1
    if at < len(tokens) and tokens[at] == "#":
        at += 1
        while at < len(tokens) and tokens[at].isspace():
            at += 1
        if at < len(tokens) and tokens[at] == "(":
            return tokens[_closed(tokens, at) :]
        while at < len(tokens) and re.fullmatch(r"[\w.']+", tokens[at]):
            at += 1
    return tokens[at:]


def _closed(tokens: Sequence[str], at: int) -> int:
    """The place after the parenthesis that closes the first one from a place on."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place] in "([{") - (tokens[place] in ")]}")
        if not depth and tokens[place] == ")":
            return place + 1
    return len(tokens)


def _split(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """The parts between the commas that no bracket holds."""
    depth, cuts = 0, [-1]
    for place, each in enumerate(tokens):
        depth += (each in "([{") - (each in ")]}")
        if each == "," and not depth:
            cuts.append(place)
    for before, after in pairwise([*cuts, len(tokens)]):
        yield tokens[before + 1 : after]
