"""Audits of built-in circuits: every specification is proved, by the method that is meant for it."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping

import pytest
from tests.circuits.audit.conftest import Audited

from gatewright.circuits.audit import check, proving
from gatewright.circuits.audit.problem import (
    DiffersError,
    NothingInsideError,
    Problem,
    UnprovedError,
)
from gatewright.circuits.audit.specifications import specification
from gatewright.circuits.audit.writing import audit_files
from gatewright.circuits.references.lines import told
from gatewright.errors import NetlistError, UsageError
from gatewright.formats.blif.writer import write_blif
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins


def method(files: dict[str, bytes]) -> str:
    return str(json.loads(files["claim.json"])["method"])


@pytest.mark.parametrize(
    ("name", "words", "wanted"),
    [
        ("ripple-adder", {"bits": 64}, "algebra"),
        ("ripple-adder", {"bits": 12, "from": "half-adders"}, "algebra"),
        ("kogge-stone", {"bits": 12}, "algebra"),
        ("brent-kung", {"bits": 12}, "algebra"),
        ("carry-lookahead", {"bits": 12}, "clauses"),
        ("carry-select", {"bits": 12}, "algebra"),
        ("subtractor", {"bits": 12}, "algebra"),
        ("ripple-adder-subtractor", {"bits": 10}, "clauses"),
        ("incrementer", {"bits": 16}, "algebra"),
        ("array-multiplier", {"bits": 8}, "algebra"),
        ("wallace-multiplier", {"bits": 16}, "algebra"),
        ("popcount", {"bits": 16}, "algebra"),
        ("barrel-shifter", {"bits": 16}, "clauses"),
        ("barrel-shifter", {"bits": 16, "shift": "right"}, "clauses"),
        ("barrel-shifter", {"bits": 16, "shift": "arithmetic"}, "clauses"),
        ("barrel-shifter", {"bits": 16, "shift": "rol"}, "clauses"),
        ("barrel-shifter", {"bits": 16, "shift": "ror"}, "clauses"),
        ("comparator", {"bits": 10}, "clauses"),
        ("signed-comparator", {"bits": 10}, "clauses"),
        ("equality", {"bits": 10}, "clauses"),
        ("multiplexer", {"ways": 5, "bits": 4}, "clauses"),
        ("demultiplexer", {"ways": 4, "bits": 2}, "patterns"),
        ("decoder", {"bits": 4}, "patterns"),
        ("priority-encoder", {"bits": 16}, "clauses"),
        ("parity-tree", {"bits": 16}, "clauses"),
        ("gray-encoder", {"bits": 16}, "clauses"),
        ("gray-decoder", {"bits": 16}, "clauses"),
        ("hex-display", {"digits": 1}, "none"),
    ],
)
def test_it_is_proved(audited: Audited, name: str, words: dict[str, object], wanted: str) -> None:
    files = audited(name, **words)
    # Of few inputs every pattern is sure to end, and clauses are given only a part of that time.
    assert method(files) in ({wanted, "patterns"} if wanted == "clauses" else {wanted})
    assert check.Audit(files).claim().encode() == files["claim.txt"]


def test_every_specification_fits_its_circuit(plugins: Plugins) -> None:
    """All ports are named, and every builder without registers has lines or is known to have none."""
    without = set()
    for name in plugins.circuits:
        circuit = plugins.circuit(name).elaborate({}, plugins.gates)
        if circuit.netlist.clocked:
            continue
        lines = specification(name, circuit.words)
        if lines is None:
            without.add(name)
            continue
        names = [bus.name for bus in circuit.netlist.outputs]
        said = told(lines, names)[0]
        assert sorted(
            each for line in said for each in line.partition(" = ")[0].strip("{}").split(", ")
        ) == sorted(names)
    assert without == {
        *("alu", "divider", "hamming-corrector", "hamming-encoder", "hex-display"),
        *("square-root", "truncated-divider", "truncated-multiplier"),
    }


def test_signed_numbers_are_for_algebra_too(audited: Audited) -> None:
    files = audited("ripple-adder", "sum = a - (a[15] << 16) + (b - b[15] * 65536) + cin", bits=16)
    assert method(files) == "algebra"
    assert check.Audit(files).claim().encode() == files["claim.txt"]
    with pytest.raises(DiffersError):
        audited("ripple-adder", "sum = a - (a[15] << 15) + b + cin", bits=16)


def test_a_wrong_specification_is_told_with_a_pattern(audited: Audited) -> None:
    for words in ({"bits": 2}, {"bits": 40}):
        with pytest.raises(DiffersError):
            audited("ripple-adder", "{cout, sum} = a + b", **words)
    with pytest.raises(DiffersError) as caught:  # on one pattern in 2^24
        audited("equality", "equal = (a == b) & (a != 4095)", bits=12)
    assert caught.value.exit_code == 1


def test_a_rare_difference_is_found(audited: Audited) -> None:
    with pytest.raises(DiffersError) as caught:
        audited("equality", "equal = (a == b) ^ (a == 4094) & (b == 1)", bits=12)
    assert caught.value.pattern == frozenset([*range(1, 12), 12])


def test_what_takes_too_long_is_undecided(
    plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    circuit = plugins.circuit("wallace-multiplier").elaborate({"bits": 16}, plugins.gates)
    with pytest.raises(UnprovedError) as caught:
        audit_files(circuit, gates, write_blif, ("product = a * b",), time_limit=0.0)
    assert caught.value.exit_code == 4


def test_patterns_come_where_clauses_do_not_end(audited: Audited) -> None:
    """A product of 8 bits that is not a polynomial: clauses are given little, as 2^16 patterns take little."""
    assert method(audited("wallace-multiplier", "product = a * b ^ 0", bits=8)) == "patterns"


def test_a_longer_limit_gives_clauses_no_longer(
    audited: Audited,
    plugins: Plugins,
    gates: Mapping[str, TrainedGate],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where every pattern may be tried, they have half of what that takes, or what is left before it."""
    given = []

    class Sweeps:
        def __init__(self, problem: object, some: object, time_limit: float, watch: object) -> None:
            given.append(time_limit)

        def run(self) -> str:
            raise UnprovedError("no proof by clauses was found in time")

    monkeypatch.setattr(proving, "Sweep", Sweeps)
    monkeypatch.setattr(proving, "_takes", lambda *_: (10.0, "which takes about 10 s"))
    circuit = plugins.circuit("wallace-multiplier").elaborate({"bits": 8}, plugins.gates)
    lines = ("product = a * b ^ 0",)
    for limit in (13.0, 60.0, 600.0):
        files = audit_files(circuit, gates, write_blif, lines, time_limit=limit)
        assert method(files) == "patterns"
    with pytest.raises(UnprovedError, match=r"nor by every pattern \(which takes about 10 s\)"):
        audit_files(circuit, gates, write_blif, lines, time_limit=5.0)
    assert given[1:3] == [5.0, 5.0]
    assert given[0] <= 3.0
    assert given[3] <= 5.0


def test_every_pattern_is_tried_in_ranges() -> None:
    """Of 18 inputs: a difference in the last pattern of all, and a domain that begins in the last range."""
    nodes = [None] * 18
    last = [*nodes, 0b1000, 0b1000]
    pins = [*[()] * 18, (16, 17), (18, 0)]
    whole = Problem([*last, 1], [*pins, ()], [], [19], 20)
    with pytest.raises(DiffersError) as caught:
        proving.every(whole, 18, math.inf)
    assert caught.value.pattern >= {0, 16, 17}
    proving.every(Problem(last, pins, [], [], 19), 18, math.inf)
    with pytest.raises(NothingInsideError):
        proving.every(Problem([*last, 0], [*pins, ()], [], [], 20), 18, math.inf)
    with pytest.raises(UnprovedError, match="not every pattern could be tried in time"):
        proving.every(whole, 18, 0.0)


def test_what_cannot_be_audited_says_so(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    counter = plugins.circuit("counter").elaborate({}, plugins.gates)
    with pytest.raises(NetlistError, match="without registers"):
        audit_files(counter, gates, write_blif, (), time_limit=1)
    adder = plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)
    with pytest.raises(UsageError, match="unknown expression"):
        audit_files(adder, gates, write_blif, ("sum = print(a)",), time_limit=1)
    with pytest.raises(UsageError, match="a specification holds where a < 1 and where a < 2"):
        told(["a where a < 1", "b where a < 2"], ["y"])


def test_gates_that_are_proved_by_boxes_are_checked(
    plugins: Plugins, dense_gates: dict[str, TrainedGate], soft_gates: Mapping[str, TrainedGate]
) -> None:
    circuit = plugins.circuit("parity-tree").elaborate({"bits": 4}, plugins.gates)
    files = audit_files(circuit, dense_gates, write_blif, ("parity = parity(a)",), time_limit=9)
    assert not json.loads(files["gates.json"])["gates"]["xor"]["restoring"]
    with pytest.raises(UsageError, match="'xor' cannot be audited: it is not hardened"):
        audit_files(circuit, soft_gates, write_blif, (), time_limit=9)


def test_rows_that_may_be_anything_are_proved_to_be_missed(
    audits: dict[str, dict[str, bytes]],
) -> None:
    claim = audits["loose"]["claim.txt"].decode()
    assert "Not so in rows where 15 of them may do anything; none is met, by a refutation" in claim
    assert "Nothing is claimed." in claim


@pytest.mark.parametrize("which", ["clauses", "where", "loose"])
def test_another_solver_agrees(audits: dict[str, dict[str, bytes]], which: str) -> None:
    """The clauses cannot all be fitted; without the last, that something is wrong, they can."""
    solvers = pytest.importorskip("pysat.solvers")
    audit = check.Audit(audits[which])
    clauses = [list(each) for each in check.clauses_of(audit.circuit, audit.bad, audit.inside)]
    with solvers.Solver("minisat22", clauses) as solver:
        assert solver.solve() is False
    with solvers.Solver("minisat22", clauses[:-1]) as solver:
        assert solver.solve() is True


@pytest.mark.parametrize("which", ["clauses", "where"])
def test_no_line_of_a_proof_can_be_another_clause(
    audits: dict[str, dict[str, bytes]], which: str
) -> None:
    """A literal less in a clause is refused, or follows as well."""
    files, draw = dict(audits[which]), random.Random(0)  # noqa: S311
    lines = files["proof.lrat"].decode().splitlines()
    refused = 0
    for _ in range(30):
        place = draw.randrange(len(lines) - 1)
        parts = lines[place].split()
        if parts[2] == "0":
            continue
        changed = [*lines[:place], " ".join([parts[0], *parts[2:]]), *lines[place + 1 :]]
        files["proof.lrat"] = "\n".join(changed).encode()
        try:
            check.Audit(files).claim()
        except check.Refused:
            refused += 1
    assert refused > 10
