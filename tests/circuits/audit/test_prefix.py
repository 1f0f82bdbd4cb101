"""Adders that look ahead in audits: every bit is shown to be a full adder, however they are put together."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pytest
from tests.circuits.audit.conftest import Audited

from gatewright.circuits.audit import check
from gatewright.circuits.audit.problem import DiffersError
from gatewright.circuits.audit.writing import audit_files
from gatewright.circuits.builder import CircuitBuilder, Wire
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.spec import file_circuit
from gatewright.formats.blif.writer import write_blif
from gatewright.gates.spec import GateSpec
from gatewright.gates.training.train import train
from gatewright.plugins.manager import Plugins

Span = tuple[Wire, Wire | None]
Join = Callable[[CircuitBuilder, Wire, Wire, Wire], Wire]

JOINS: dict[str, Join] = {
    "multiplexer": lambda to, p, g, low: to.gate("mux", p, g, low),
    "or of an and": lambda to, p, g, low: to.gate("or", g, to.gate("and", p, low)),
    "or of an and, turned": lambda to, p, g, low: to.gate("or", to.gate("and", low, p), g),
    "xor of an and": lambda to, p, g, low: to.gate("xor", to.gate("and", p, low), g),
    "one cell of them": lambda to, p, g, low: to.gate("ax21", p, low, g),
    "one cell": lambda to, p, g, low: to.gate("ao21", p, low, g),
}


def sklansky(to: CircuitBuilder, join: Join, spans: Sequence[Span]) -> list[Span]:
    """The spans from each bit down to the lowest, by halves."""
    if len(spans) == 1:
        return list(spans)
    middle = (len(spans) + 1) // 2
    low, high = (sklansky(to, join, part) for part in (spans[:middle], spans[middle:]))
    generate, propagate = low[-1]
    made: list[Span] = []
    for g, p in high:
        assert p is not None
        made.append(
            (join(to, p, g, generate), None if propagate is None else to.gate("and", p, propagate))
        )
    return low + made


def ripple(to: CircuitBuilder, join: Join, spans: Sequence[Span]) -> list[Span]:
    """The same one by one."""
    made = [spans[0]]
    for g, p in spans[1:]:
        assert p is not None
        made.append((join(to, p, g, made[-1][0]), None))
    return made


def adder(
    plugins: Plugins, how: str, network: Callable[..., list[Span]], bits: int, *, wrong: int = -1
) -> Circuit:
    """A sum; of bit ``wrong`` the carry is that of the bit below."""
    cells = [GateSpec.from_expression(text) for text in ("ao21: a & b | c", "ax21: a & b ^ c")]
    to = CircuitBuilder("adder", {**plugins.gates, **{each.name: each for each in cells}})
    a, b = to.input_bus("a", bits), to.input_bus("b", bits)
    halves = [to.instance("half-adder", x, y) for x, y in zip(a, b, strict=True)]
    given: list[Span] = [(g, p if place else None) for place, (g, p) in enumerate(halves)]
    carries = [each for each, _ in network(to, JOINS[how], given)]
    if wrong >= 0:
        carries[wrong] = carries[wrong - 1]
    sums = [to.gate("xor", p, c) for (_, p), c in zip(halves[1:], carries, strict=False)]
    to.output_bus("sum", [halves[0][1], *sums, carries[-1]])
    return file_circuit(to.netlist(), "adder")


def audit(circuit: Circuit) -> dict[str, bytes]:
    gates = {name: train(spec) for name, spec in circuit.netlist.gates.items()}
    return audit_files(circuit, gates, write_blif, ("sum = a + b",), time_limit=60)


@pytest.mark.parametrize("network", [sklansky, ripple])
@pytest.mark.parametrize("how", JOINS)
def test_every_way_to_join_spans_is_seen_through(
    plugins: Plugins, how: str, network: Callable[..., list[Span]]
) -> None:
    files = audit(adder(plugins, how, network, 10))
    assert json.loads(files["claim.json"])["method"] == "algebra"
    assert check.Audit(files).claim().encode() == files["claim.txt"]


@pytest.mark.parametrize("how", JOINS)
def test_a_carry_of_the_wrong_bit_is_told(plugins: Plugins, how: str) -> None:
    for wrong in range(1, 10):
        with pytest.raises(DiffersError):
            audit(adder(plugins, how, sklansky, 10, wrong=wrong))


@pytest.mark.parametrize("bits", [8, 11, 13])
def test_a_multiplier_of_any_width(audited: Audited, bits: int) -> None:
    files = audited("wallace-multiplier", bits=bits)
    assert json.loads(files["claim.json"])["method"] == "algebra"
    assert check.Audit(files).claim().encode() == files["claim.txt"]


def test_a_line_that_does_not_follow_is_refused(audited: Audited) -> None:
    files = audited("kogge-stone", bits=8)
    lines = files["proof.pac"].decode().splitlines()
    follows = [place for place, line in enumerate(lines) if line.count(")+") >= 2]
    assert len(follows) > 8
    for place in follows:
        number, _, rest = lines[place].partition(" % ")
        changed = [*lines]
        changed[place] = f"{number} % {rest.partition(')+')[2]}"
        with pytest.raises(check.Refused, match="another polynomial"):
            check.Audit({**files, "proof.pac": ("\n".join(changed) + "\n").encode()}).claim()
