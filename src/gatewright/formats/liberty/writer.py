r"""Liberty: a library of gates as cells that synthesis maps a circuit to (Synopsys, Liberty user guide, 2017).

A cell has the pins of its gate, the function of each output and an area, which is whatever should be
small: here the parameters of the gate's network. Names of cells have ``_`` where those of gates have ``-``.
Delays are left out, as none are known.

Example:
    >>> from gatewright.logic.truth_table import TruthTable
    >>> half = TruthTable.from_integers([0b1000, 0b0110], inputs="ab", outputs=("carry", "sum"))
    >>> text = write_liberty("adders", {GateSpec("half-adder", half): 34})
    >>> print(text[text.index("  cell") :], end="")
      cell (half_adder) {
        area : 34;
        pin (a) { direction : input; }
        pin (b) { direction : input; }
        pin (carry) { direction : output; function : "a & b"; }
        pin (sum) { direction : output; function : "a ^ b"; }
      }
    }
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec, check_name
from gatewright.logic.formula import MOST_INPUTS, formula
from gatewright.logic.npn import MOST_INPUTS as MOST_CLASSIFIED
from gatewright.logic.npn import classify
from gatewright.text import visible

_SIGNS = {"and": " & ", "or": " | ", "xor": " ^ "}
_DUALS = {"and": "or", "or": "and"}


class _Term(NamedTuple):
    """A pin or a constant, which is its own text; or an operation on terms."""

    text: str
    parts: tuple[_Term, ...] = ()


_ZERO, _ONE = _Term("0"), _Term("1")


def cell_name(gate: str) -> str:
    """The name of a gate's cell: ``npn4_0016`` for ``npn4-0016``."""
    return gate.replace("-", "_")


def write_liberty(name: str, areas: Mapping[GateSpec, int], *, comment: str = "") -> str:
    """A library of cells as Liberty text; the same cells give the same text.

    Args:
        name: of the library, kebab-case.
        areas: of each gate, in the order in which they are written.
        comment: the first line.

    Raises:
        UsageError: there is no gate, one has more than 6 inputs, or two have one name.
        SpecError: the name is not kebab-case.
    """
    check_name("library", name)
    if not areas:
        raise UsageError(f"the library '{name}' has no gates", hint="give it at least one")
    lines = [f"/* {visible(comment).replace('*/', '* /')} */"] if comment else []
    lines += [
        f"library ({cell_name(name)}) {{",
        "  delay_model : table_lookup;",
        '  time_unit : "1ns";',
        "  capacitive_load_unit (1, pf);",
    ]
    seen: set[str] = set()
    for spec, area in areas.items():
        if spec.name in seen:
            raise UsageError(
                f"the library '{name}' has two gates '{spec.name}'", hint="give each its own name"
            )
        seen.add(spec.name)
        lines += _cell(spec, area)
    return "".join(f"{line}\n" for line in [*lines, "}"])


def _cell(spec: GateSpec, area: int) -> Iterator[str]:
    table = spec.table
    if len(table.inputs) > MOST_INPUTS:
        raise UsageError(
            f"gate '{spec.name}' has {len(table.inputs)} inputs, a cell has at most {MOST_INPUTS}",
            hint="leave it out, and build wider functions as circuits",
        )
    yield f"  cell ({cell_name(spec.name)}) {{"
    yield f"    area : {area};"
    for pin in table.inputs:
        yield f"    pin ({pin}) {{ direction : input; }}"
    for pin, ones in zip(table.outputs, table.ones, strict=True):
        function = expression(ones, table.inputs)
        yield f'    pin ({pin}) {{ direction : output; function : "{function}"; }}'
    yield "  }"


def expression(ones: int, pins: Sequence[str]) -> str:
    """A function of 1 to 6 pins in Liberty's words: ``!``, ``&``, ``|``, ``^``, ``0`` and ``1``.

    Different operators stand in parentheses: tools differ in which of them binds tighter.

    Args:
        ones: its truth table; bit *r* is row *r*.
        pins: the first is the most significant.
    """
    terms = [_Term(pin) for pin in pins]
    negated = False
    if len(pins) <= MOST_CLASSIFIED:
        # As the gates themselves: made of their class's. To look for 3 904 formulas would take seconds.
        ones, steps = classify(ones, len(pins))
        negated = steps.output
        terms = [
            _not(terms[place]) if turned else terms[place]
            for place, turned in zip(steps.inputs, steps.negated, strict=True)
        ]
    term = _term(ones, terms)
    return _text(_not(term) if negated else term)


def _term(ones: int, inputs: Sequence[_Term]) -> _Term:
    places = dict(enumerate(inputs))
    for each in formula(len(inputs), (ones,)).instructions:
        sources = tuple(places[place] for place in each.sources)
        if each.operation == "copy":
            made = sources[0]
        elif each.operation == "not":
            made = _not(sources[0])
        elif each.operation in _SIGNS:
            made = _joined(each.operation, sources)
        else:
            made = _ONE if each.operation == "one" else _ZERO
        places[each.place] = made
    return places[len(inputs)]


def _joined(operation: str, terms: Iterable[_Term]) -> _Term:
    """An operation on terms; terms of the same operation are merged into it."""
    opened = [
        part
        for term in terms
        for part in (term.parts if term.parts and term.text == operation else (term,))
    ]
    return _Term(operation, tuple(opened))


def _not(term: _Term) -> _Term:
    if term in (_ZERO, _ONE):
        return _ONE if term == _ZERO else _ZERO
    if _negated(term):
        return term.parts[0]
    # De Morgan, where it needs no more signs.
    if term.text in _DUALS and 2 * sum(map(_negated, term.parts)) + 1 >= len(term.parts) > 0:
        return _joined(_DUALS[term.text], map(_not, term.parts))
    return _Term("not", (term,))


def _negated(term: _Term) -> bool:
    return term.text == "not" and bool(term.parts)


def _text(term: _Term, around: str = "") -> str:
    if not term.parts:
        return term.text
    if _negated(term):
        return f"!{_text(term.parts[0], term.text)}"
    text = _SIGNS[term.text].join(_text(part, term.text) for part in term.parts)
    return f"({text})" if around else text
