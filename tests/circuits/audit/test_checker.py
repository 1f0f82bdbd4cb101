"""The checker of an audit as a file, and what its specification means."""

from __future__ import annotations

import ast
import inspect
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.circuits.audit.test_changed_bytes import meant

from gatewright.circuits.audit import check


def test_it_is_one_short_file_of_the_standard_library() -> None:
    source = Path(inspect.getfile(check)).read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 600
    roots = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            roots |= {each.name.split(".")[0] for each in node.names}
        if isinstance(node, ast.ImportFrom):
            assert not node.level
            roots.add((node.module or "").split(".")[0])
    assert roots <= sys.stdlib_module_names
    assert not any(word in source for word in ("eval(", "exec(", "__import__", "subprocess"))


ATOMS = st.sampled_from(["a", "b", "c", "0", "1", "5", "12", "a[1]", "b[2]"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        st.tuples(
            part,
            st.sampled_from(["+", "-", "*", "&", "|", "^", "<", "<=", ">", ">=", "==", "!="]),
            part,
        ).map(lambda all_: f"({all_[0]} {all_[1]} {all_[2]})"),
        st.tuples(part, part, part).map(lambda all_: f"({all_[0]} + {all_[1]} + {all_[2]})"),
        st.tuples(part, part, part).map(lambda all_: f"({all_[0]} - {all_[1]} - {all_[2]})"),
        st.tuples(part, part, part).map(lambda all_: f"({all_[0]} if {all_[1]} else {all_[2]})"),
        st.tuples(part, st.sampled_from(["<<", ">>"]), st.sampled_from(["a", "b", "2"])).map(
            lambda all_: f"({all_[0]} {all_[1]} {all_[2]})"
        ),
        part.map(lambda each: f"(-{each})"),
        part.map(lambda each: f"(~{each})"),
        st.sampled_from(["parity(a)", "popcount(b)", "parity(a * b)", "popcount(a + b)"]),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_an_expression_is_what_python_makes_of_it(text: str) -> None:
    circuit = check.Circuit()
    inputs = {
        name: [circuit.node(None) for _ in range(width)]
        for name, width in (("a", 3), ("b", 3), ("c", 1))
    }
    check.STEPS[0] = 0
    word = check.Builder(circuit, inputs).word(check.parsed(text))
    wires = [node for bits in inputs.values() for node in bits]
    plain = ast.unparse(Places().visit(ast.parse(text, mode="eval")))
    for pattern in range(0, 128, 3):
        values = {node: pattern >> place & 1 for place, node in enumerate(wires)}
        for node, table in enumerate(circuit.tables):
            if table is not None:
                row = int("0" + "".join(str(values[pin]) for pin in circuit.pins[node]), 2)
                values[node] = table >> row & 1
        known = {
            name: sum(values[n] << p for p, n in enumerate(bits)) for name, bits in inputs.items()
        }
        *bits, sign = (values[node] for node in word)
        got = sum(bit << place for place, bit in enumerate(bits)) - (sign << len(bits))
        assert got == meant(plain, known)


class Places(ast.NodeTransformer):
    """``a[1]`` as Python can compute it."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        shifted = ast.BinOp(node.value, ast.RShift(), node.slice)
        return ast.BinOp(shifted, ast.BitAnd(), ast.Constant(1))


def test_braces_put_numbers_side_by_side() -> None:
    circuit = check.Circuit()
    a, b = [circuit.node(None), circuit.node(None)], [circuit.node(None)]
    builder = check.Builder(circuit, {"a": a, "b": b})
    assert builder.word(check.parsed("{a, b}")) == [*b, *a, builder.zero]


def test_arithmetic_rounds_as_the_bounds_allow() -> None:
    """A sum that is just beyond the clip in exact arithmetic is not taken to be clipped."""
    layer = [([Fraction(4)], Fraction(-2) - Fraction(1, 2**60))]
    one = [(Fraction(0), Fraction(0))]
    assert check.bounds(layer, one, "float64")[0][1] > 0
    assert check.bounds([([Fraction(4)], Fraction(-3))], one, "float32")[0][1] == 0


@pytest.mark.parametrize(
    ("names", "wanted"), [(["a[0]", "b", "a[1]"], {"a": ["a[0]", "a[1]"], "b": ["b"]})]
)
def test_bits_of_one_name_are_a_number(names: list[str], wanted: dict[str, list[str]]) -> None:
    assert check.buses(names) == wanted
