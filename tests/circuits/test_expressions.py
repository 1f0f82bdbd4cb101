"""What a circuit should compute in Python's words: what Python makes of them, and how proofs take it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gatewright as gw
from gatewright.circuits.audit.specifications import specification
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.references.lines import condition, reference, told
from gatewright.errors import GatewrightError
from gatewright.plugins.manager import Plugins

WIDTHS = {"a": 3, "b": 2}
PATTERNS = [{"a": a, "b": b} for a, b in itertools.product(range(8), range(4))]

Meant = Callable[[Mapping[str, int]], int]


def bits(value: int) -> str:
    return bin(value)[2:]


LEAVES: list[tuple[str, Meant]] = [
    ("a", lambda of: of["a"]),
    ("b", lambda of: of["b"]),
    ("5", lambda _: 5),
    ("a[2]", lambda of: of["a"] // 4),
    ("{a, b}", lambda of: of["a"] * 4 + of["b"]),
    ("{b[0], a}", lambda of: of["b"] % 2 * 8 + of["a"]),
    ("parity(a)", lambda of: bits(of["a"]).count("1") % 2),
    ("popcount({a, b})", lambda of: bits(of["a"]).count("1") + bits(of["b"]).count("1")),
]


def joined(words: str, left: tuple[str, Meant], right: tuple[str, Meant]) -> tuple[str, Meant]:
    code = compile(f"left {words} right", "", "eval")

    def meant(of: Mapping[str, int]) -> int:
        return int(eval(code, {"left": left[1](of), "right": right[1](of)}))  # noqa: S307 - our own words

    return f"({left[0]} {words} {right[0]})", meant


def chosen(
    test: tuple[str, Meant], yes: tuple[str, Meant], no: tuple[str, Meant]
) -> tuple[str, Meant]:
    return (
        f"({yes[0]} if {test[0]} else {no[0]})",
        lambda of: yes[1](of) if test[1](of) else no[1](of),
    )


def turned(sign: str, inner: tuple[str, Meant]) -> tuple[str, Meant]:
    return f"({sign}{inner[0]})", lambda of: -inner[1](of) if sign == "-" else ~inner[1](of)


OPERATORS = ["+", "-", "*", "&", "|", "^", "==", "!=", "<", "<=", ">", ">="]
EXPRESSIONS = st.recursive(
    st.sampled_from(LEAVES),
    lambda some: st.one_of(
        st.builds(joined, st.sampled_from(OPERATORS), some, some),
        st.builds(joined, st.sampled_from(["<<", ">>"]), some, st.sampled_from(LEAVES)),
        st.builds(chosen, some, some, some),
        st.builds(turned, st.sampled_from("-~"), some),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_an_expression_is_what_python_makes_of_it(made: tuple[str, Meant]) -> None:
    text, meant = made
    compute = reference([f"{{y, x}} = {text}"], WIDTHS, {"x": 4, "y": 5})
    columns = {name: np.array([each[name] for each in PATTERNS], object) for name in WIDTHS}
    found = compute(columns)
    for row, pattern in enumerate(PATTERNS):
        wanted = {"x": meant(pattern) % 16, "y": meant(pattern) // 16 % 32}
        assert compute(pattern) == wanted
        assert {name: np.broadcast_to(found[name], 32)[row] for name in "xy"} == wanted


@given(EXPRESSIONS)
def test_a_condition_holds_where_python_s_does(made: tuple[str, Meant]) -> None:
    holds = condition(made[0], WIDTHS)
    assert [bool(holds(each)) for each in PATTERNS] == [bool(made[1](each)) for each in PATTERNS]


@pytest.mark.parametrize(
    "name",
    [
        *("ripple-adder", "kogge-stone", "subtractor", "ripple-adder-subtractor", "incrementer"),
        *("array-multiplier", "wallace-multiplier", "barrel-shifter", "comparator"),
        *("signed-comparator", "equality", "multiplexer", "demultiplexer", "decoder"),
        *("priority-encoder", "parity-tree", "popcount", "gray-encoder", "gray-decoder"),
    ],
)
def test_words_of_audits_are_what_builders_compute(name: str) -> None:
    made = gw.circuit(name)
    lines = specification(name, made.words)
    assert lines
    circuit = made.specified(*lines)
    assert circuit.spec.reference is not made.spec.reference
    assert circuit.check().outcome == circuit.prove().outcome == "proved"


def test_wide_products_are_proved_by_algebra() -> None:
    claim = gw.circuit("array-multiplier", bits=32).specified("product = a * b").prove()
    assert (claim.outcome, claim.method) == ("proved", "algebra")
    claim = gw.circuit("array-multiplier", bits=32).specified("product = a * b + 1").prove()
    assert claim.outcome == "refuted"


@pytest.mark.parametrize("names", [("carry", "sum"), ("sum", "carry")])
def test_outputs_without_names_are_one_number_in_the_order_that_fits(
    plugins: Plugins, names: tuple[str, str]
) -> None:
    circuit = CircuitBuilder("two", plugins.gates)
    wires = circuit.instance("half-adder", circuit.input("a"), circuit.input("b"))
    named = dict(zip(("carry", "sum"), wires, strict=True))
    for name in names:
        circuit.output(name, named[name])
    made = gw.circuit(circuit.netlist())
    assert made.specified("a + b").check().outcome == "proved"
    assert made.specified("a * b").check().outcome == "refuted"
    assert made.specified("{carry, sum} = a + b").check().outcome == "proved"
    assert made.specified("{sum, carry} = a + b").check().outcome == "refuted"


def test_where_says_which_patterns_count() -> None:
    adder = gw.circuit("ripple-adder", bits=4)
    (claim,) = adder.specified("a + b where cin == 0").check().claims
    assert (claim.outcome, claim.checked, claim.excluded) == ("proved", 256, 256)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["a / b"], "the specification has a word that is unknown here, '/'; it takes + - *,"),
        (["not a"], "the specification has the word 'not'; write == 0 instead, as in a == 0 or (a"),
        (["a[99999999999999]"], "names bit 99999999999999 of 'a', which has"),
        (
            ["a < b < 3"],
            "compares more than two at once, 'a < b < 3'; write & and |, with brackets",
        ),
        (["max(a, b)"], "a word that is unknown here, 'max'"),
        (["a.real"], "a word that is unknown here, 'a.real'"),
        (["'a'"], "a word that is unknown here, ''a''"),
        (["parity(a, b)"], "a word that is unknown here, 'parity(a, b)'"),
        (["a and b"], "has the word 'and'; write & and |, with brackets"),
        (["a < 8 & b < 8"], "compares more than two at once, 'a < 8 & b < 8'; write & and |"),
        (["a in b"], "a word that is unknown here, 'in'"),
        (
            ["{y, x} == a + b"],
            "names 'y', which is not an input; it is an output: they stand left of a",
        ),
        (["a +"], "'a +' is not an expression of Python; as in 'a * b + c'"),
        (
            ["(" * 500 + "a" + ")" * 500],
            r"of 1001 characters is too large, or nested too deeply; say",
        ),
        (["+".join("a" * 40000)], "of 79999 characters is too large, or nested too deeply"),
        (["a[900]"], "names bit 900 of 'a', which has 3; the highest is a[2]"),
        (["a # b"], "'a # b' is not an expression of Python"),
        (["c"], "the specification names 'c', which is not an input; the inputs are a, b"),
        (["{a, a + 1}"], "joins what has no width of its own in braces; join inputs and their"),
        (["parity(a - b)"], "the specification takes parity of what may be negative"),
        (["a << b - 1"], "the specification shifts by a number that may be negative"),
        (["1 << 9999"], "the specification shifts too far"),
        (["(1 << 8000) << 8000"], "the specification has a number of more than 8192 bits"),
        (["z = a"], "'z' does not say which outputs are meant; the outputs are x, y"),
        (["x = a"], "the specification says nowhere what output 'y' is; say it once, as in 'y ="),
        (["x = a", "{y, x} = b"], "the specification says twice what output 'x' is"),
        (["x = a where a", "y = b where b"], "a specification holds where a and where b; say one"),
    ],
)
def test_what_is_refused(texts: list[str], said: str) -> None:
    with pytest.raises(GatewrightError) as caught:
        reference(told(texts, ["x", "y"])[0], WIDTHS, {"x": 4, "y": 5})
    assert said in str(caught.value)


def test_circuits_with_registers_are_refused() -> None:
    with pytest.raises(GatewrightError, match="has 4 registers, so its outputs depend on the past"):
        gw.circuit("counter").specified("0")
