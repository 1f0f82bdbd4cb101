"""Circuits by whatever says what one is, and what can be done with them.

`Circuit` has these as methods, which is how they are meant to be used.

Example:
    >>> adder = circuit("ripple-adder", bits=4)
    >>> adder.run(a=5, b=9)
    {'sum': 14, 'cout': 0}
    >>> adder.equivalent(circuit("kogge-stone", bits=4)).outcome
    'proved'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatewright.api.gates import written
from gatewright.api.trained_circuit import TrainedCircuit, Watch
from gatewright.api.values import answers, pattern_of, telling
from gatewright.checks import a_path, check_seconds, check_watch, some_paths
from gatewright.circuits.builder import CircuitBuilder
from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import cut, gates_of
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import Signal
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.spec import CircuitSpec, file_circuit
from gatewright.circuits.verify.verdict import Claim, Verdict
from gatewright.errors import UsageError
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.text import a_kind

if TYPE_CHECKING:
    import networkx

    from gatewright.circuits.clocked.equal.equivalence import Begin
    from gatewright.circuits.faults.diagnosis.suspect import Diagnosis, Showed
    from gatewright.circuits.faults.generation import StuckFaults
    from gatewright.circuits.faults.generation import Watch as Tell
    from gatewright.draw.picture import Picture

AnyCircuit = str | Path | Circuit | CircuitSpec | CircuitBuilder | Netlist
"""Whatever a circuit is asked for by: the name of a builder, a file, or a record of one."""


def circuit(
    what: AnyCircuit,
    *,
    gates: Mapping[str, GateSpec] | None = None,
    include: Sequence[str | Path] = (),
    from_format: str = "",
    liberty: str | Path | Sequence[str | Path] = (),
    top: str = "",
    memories: str = "",
    **parameters: Any,
) -> Circuit:
    """The circuit that a builder, a file or a netlist makes.

    Args:
        what: the name of a builder; a file, as in ``"c17.blif"``; a `CircuitSpec`;
            or a `Netlist` or `CircuitBuilder`, for what was wired by hand.
        gates: the gates that a builder may place, by name; by default all that are registered.
        include: folders of files that a Verilog file may include.
        from_format: the format of a file, as for `read`.
        liberty: libraries of its cells, as for `read`.
        top: the module or model of a file that is the circuit, where it holds several.
        memories: of a file, ``"gates"`` makes registers and gates of them; else they stay memories.
        parameters: of the builder, as in ``bits=4``; of a file, ``encoding`` as for `read`.

    Raises:
        UnknownCircuitError: no plugin gives a circuit of this name.
        UsageError: a parameter that the builder does not have, or a file that cannot be read.
        FormatError: the file holds no circuit.

    Example:
        >>> circuit("ripple-adder", bits=8).title
        'ripple-adder --bits 8'
    """
    if isinstance(what, Path) or (isinstance(what, str) and _is_file(what)):
        encoding = parameters.pop("encoding", "")
        _refuse(parameters, str(what))
        return read(
            what,
            include=include,
            from_format=from_format,
            liberty=liberty,
            top=top,
            encoding=encoding,
            memories=memories,
            gates=gates,
        )
    if isinstance(what, Circuit):
        _refuse(parameters, what.title)
        return what
    if isinstance(what, CircuitBuilder):
        what = what.netlist()
    if isinstance(what, Netlist):
        _refuse(parameters, what.name)
        what.check()
        return file_circuit(what, what.name)
    from gatewright.plugins.manager import load_plugins

    if isinstance(what, CircuitSpec):
        spec = what
        gates = load_plugins(kinds=("gates",)).gates if gates is None else gates
    elif isinstance(what, str):
        plugins = load_plugins(kinds=("gates", "circuits"))
        spec, gates = plugins.circuit(what), plugins.gates if gates is None else gates
    else:
        raise UsageError(
            f"{a_kind(what)} is not a circuit",
            hint="give the name of a builder, a file, a CircuitSpec or a Netlist",
        )
    # Python has no dashes in names, and no parameter called ``from``: that one is given as ``from_``.
    chosen = {name.rstrip("_").replace("_", "-"): value for name, value in parameters.items()}
    return spec.elaborate(chosen, gates)


def read(
    path: str | Path,
    *,
    include: str | Path | Sequence[str | Path] = (),
    from_format: str = "",
    liberty: str | Path | Sequence[str | Path] = (),
    top: str = "",
    encoding: str = "",
    memories: str = "",
    gates: Mapping[str, GateSpec] | None = None,
) -> Circuit:
    """The circuit in a file: BLIF, .bench, AIGER, PLA, KISS2, Verilog or the JSON of Yosys, packed or not.

    Args:
        path: of the file; the text ``"-"`` for standard input.
        include: folders of files that a Verilog file may include.
        from_format: its format, as in ``"blif"``; by default that of its ending, or the one it begins like.
        liberty: libraries of the cells that a mapped netlist places, in Liberty or genlib.
        top: the module or model that is the circuit, where the file holds several.
        encoding: how the states of a state table are kept: ``"binary"``, the default, or ``"one-hot"``.
        memories: of a file, ``"gates"`` makes registers and gates of them; else they stay memories.
        gates: the registered gates that cells may be, by name; by default all.

    Raises:
        UsageError: there is no such file, or its format cannot be told.
        FormatError: it holds no circuit.

    Example:
        >>> read("circuits/c17.blif").netlist.gates.keys()
        dict_keys(['nand'])
    """
    from gatewright.formats.reading import read_netlist
    from gatewright.plugins.manager import load_plugins

    gates = load_plugins(kinds=("gates",)).gates if gates is None else gates
    folders, libraries = some_paths(include), some_paths(liberty)
    netlist = read_netlist(
        path,
        gates,
        include=folders,
        from_format=from_format,
        liberty=libraries,
        top=top,
        encoding=encoding,
        memories=memories,
    )
    said = [("from", from_format)] if from_format else []
    said += [("include", str(each)) for each in folders]
    said += [("liberty", str(each)) for each in libraries]
    said += [("top", top)] if top else []
    said += [("encoding", encoding)] if encoding else []
    said += [("memories", memories)] if memories else []
    return file_circuit(netlist, str(path), said)


def verify(
    what: AnyCircuit,
    gates: Mapping[str, TrainedGate] | None = None,
    *,
    signal: Signal = "raw",
    noise: float = 0.0,
    seed: int = 0,
    samples: int = 2**16,
    watch: Watch | None = None,
) -> Verdict:
    """Compare a circuit of exact gates, and of trained gates, with its integers, pattern by pattern.

    `Circuit.check` and `TrainedCircuit.check` are the same.

    Args:
        what: as in `circuit`.
        gates: a trained gate for each of its gates; None to compare only exact gates.
        signal: ``raw`` lets activations flow as they are, ``restored`` rounds them at every gate.
        noise: every wire is off by up to this much; all patterns are then a sample.
        seed: of random patterns and of noise.
        samples: how many patterns, if not all are compared.
        watch: called with what is done and what is to do.

    Raises:
        SpecError: there is nothing to compare it with.

    Example:
        >>> verify("ripple-adder").outcome
        'proved'
    """
    from gatewright.circuits.verify.verify import verify as compare

    check_watch(watch)
    return compare(
        circuit(what),
        gates,
        signal=signal,
        noise=noise,
        seed=seed,
        samples=samples,
        watch=watch,
    )


def certify_circuit(
    what: AnyCircuit,
    gates: Mapping[str, TrainedGate],
    *,
    seed: int = 0,
    samples: int = 2**16,
    time_limit: float = 60.0,
    watch: Watch | None = None,
) -> Verdict:
    """Prove a circuit of trained gates from their datasheets; `TrainedCircuit.certify` is the same.

    Args:
        what: as in `circuit`.
        gates: a trained gate for each of its gates.
        seed: of random patterns, if its netlist can only be sampled.
        samples: how many.
        time_limit: of a proof by SAT, in seconds.
        watch: called with what is done and what is to do.

    Example:
        >>> neural = circuit("ripple-adder", bits=64).train()
        >>> certify_circuit(neural.circuit, neural.gates).outcome
        'proved'
    """
    from gatewright.circuits.verify.composition import certify_circuit as certify

    check_seconds("time_limit", time_limit)
    check_watch(watch)
    return certify(
        circuit(what), gates, seed=seed, samples=samples, time_limit=time_limit, watch=watch
    )


def proof(of: Circuit, *, time_limit: float = 60.0, watch: Watch | None = None) -> Claim:
    """Whether the exact gates equal the circuit's integers; `Circuit.prove` is the usual way here."""
    from gatewright.circuits.verify.composition import prove_netlist

    check_seconds("time_limit", time_limit)
    check_watch(watch)
    return prove_netlist(of, time_limit=time_limit, watch=watch)


def faults(
    of: Circuit, *, seed: int = 0, time_limit: float = 60.0, watch: Tell | None = None
) -> StuckFaults:
    """Test patterns for the stuck-at faults of a circuit; `Circuit.faults` is the usual way here."""
    from gatewright.circuits.faults.generation import stuck_faults

    check_seconds("time_limit", time_limit)
    check_watch(watch)
    return stuck_faults(of.netlist, seed=seed, time_limit=time_limit, watch=watch)


def inject(
    of: Circuit, fault: str, patterns: Any = None, *, seed: int = 0, time_limit: float = 60.0
) -> Showed:
    """What a device with a stuck wire shows; `Circuit.inject` is the usual way here."""
    from gatewright.circuits.faults.injection import fault_named, injected

    found = fault_named(of.netlist, fault)
    return injected(of.netlist, found, telling(of, patterns, seed=seed, time_limit=time_limit))


def diagnose(of: Circuit, showed: Showed | str | Path, *, watch: Tell | None = None) -> Diagnosis:
    """Where the fault of a device may lie; `Circuit.diagnose` is the usual way here."""
    from gatewright.circuits.faults.diagnosis.diagnose import diagnose as found
    from gatewright.circuits.faults.diagnosis.suspect import Showed as Rows
    from gatewright.circuits.program import refuse_registers

    check_watch(watch)
    refuse_registers(of.netlist)
    if isinstance(showed, str | Path):
        from gatewright.formats.model.source import read_source
        from gatewright.formats.showed import read_showed

        showed = read_showed(read_source(Path(showed)), of.netlist)
    if not isinstance(showed, Rows):
        raise UsageError(
            f"{a_kind(showed)} is not what a device showed",
            hint="name a file of rows, or give a Showed of inputs and outputs",
        )
    return found(of.netlist, showed, watch=watch)


def trained_circuit(
    of: Circuit,
    *,
    store: Store | str | Path | None = None,
    seed: int = 0,
    announce: Callable[[GateSpec], None] | None = None,
) -> TrainedCircuit:
    """A circuit with a trained gate for each of its gates; `Circuit.train` is the usual way here."""
    from gatewright.gates.library import trained_gates

    shelf = store if isinstance(store, Store) else Store(store)
    specs = gates_of(of.netlist)
    return TrainedCircuit(of, trained_gates(specs, shelf, seed=seed, announce=announce))


def run_exact(of: Circuit, values: Mapping[str, Any]) -> dict[str, Any]:
    """What exact gates give; `Circuit.run` is the usual way here."""
    given = pattern_of(of, values)
    bits = ExactEngine(compile_netlist(of.netlist)).outputs(given.patterns)
    return answers(of, bits, given)


def one_cycle(of: Circuit) -> Circuit:
    """The circuit of one cycle; `Circuit.cut` is the usual way here."""
    netlist = cut(of.netlist)
    return of if netlist is of.netlist else file_circuit(netlist, f"{of.title}, cut")


def equivalent(
    one: Circuit, other: AnyCircuit, *, time_limit: float, initial: Begin = "any"
) -> Claim:
    """Whether two circuits are the same function; `Circuit.equivalent` is the usual way here."""
    from gatewright.circuits.clocked.equal.equivalence import equivalence_in_time

    check_seconds("time_limit", time_limit)
    return equivalence_in_time(one, circuit(other), time_limit=time_limit, initial=initial)


def graph(of: Circuit) -> networkx.MultiDiGraph:
    """The graph; `Circuit.graph` is the usual way here."""
    from gatewright.circuits.graphs.writing import graph_of

    return graph_of(of.netlist)


def from_graph(graph: networkx.DiGraph, gates: Mapping[str, GateSpec] | None) -> Circuit:
    """The circuit that a graph describes; `Circuit.from_graph` is the usual way here."""
    from gatewright.circuits.graphs.reading import netlist_of
    from gatewright.plugins.manager import load_plugins

    gates = load_plugins(kinds=("gates",)).gates if gates is None else gates
    return circuit(netlist_of(graph, gates))


def draw(of: Circuit, *, depth: int | None = None) -> Picture:
    """The schematic; `Circuit.draw` is the usual way here."""
    from gatewright.draw.schematic.schematic import schematic

    return schematic(of.netlist, title=of.title, depth=depth)


def save(of: Circuit, path: str | Path) -> Path:
    """Write the exact circuit in the format that the file's ending says.

    Raises:
        UsageError: the format does not hold circuits of exact gates, or the file cannot be written.
    """
    from gatewright.formats.registry import format_of, writes_gates

    path = a_path(path)
    found = format_of(str(path), holding=writes_gates)
    if found.neural:
        raise UsageError(
            f"{found.name} holds trained gates", hint=f"as in circuit.train().save('{path.name}')"
        )
    if not found.writer:
        raise UsageError(
            f"{path} ends like {found.name}, a format that is only read",
            hint="as in circuit.save('adder.blif')",
        )
    return written(path, found.write(of.netlist, of.title))


def _is_file(word: str) -> bool:
    from gatewright.formats.registry import is_file

    if is_file(word):
        return True
    try:
        if not Path(word).is_file():
            return False
    except (OSError, ValueError):  # no file may have such a name
        return False
    from gatewright.plugins.manager import load_plugins

    return word not in load_plugins(kinds=("circuits",)).circuits


def _refuse(parameters: Iterable[str], what: str) -> None:
    for each in parameters:
        raise UsageError(f"'{what}' has no parameter '{each}'", hint="only builders have any")
