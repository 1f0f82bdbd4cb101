r"""Reading BLIF, the Berkeley Logic Interchange Format (University of California, Berkeley, 1992).

The circuit is the first model that no other places. ``.names`` with on- or off-set, ``.subckt``, and ``.gate``
of a registered gate; ``.latch`` is a register. What speaks of delays, areas or Yosys attributes says nothing of
the function, and is read past; external don't-cares (``.exdc``) are checked and not used: the outputs keep what
their covers give.

Example:
    >>> text = b".model xor\n.inputs a b\n.outputs y\n.names a b y\n10 1\n01 1\n.end\n"
    >>> read_blif(Source("xor.blif", text), {}).instances
    (Instance(name='y', gate='lut2-6', inputs=('a', 'b'), outputs=('y',)),)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gatewright.circuits.netlist import Netlist
from gatewright.errors import FormatError
from gatewright.formats.blif.cells import is_cell, lower
from gatewright.formats.blif.leftovers import drop_leftovers
from gatewright.formats.liberty.placing import Library, Placing, place_cells
from gatewright.formats.model.directions import YOSYS, comments, directed
from gatewright.formats.model.hierarchy import MOST_MODELS, flatten, reached, roots
from gatewright.formats.model.models import Alias, Call, Cell, Cover, Latch, Model
from gatewright.formats.model.recognised import called_as_gates
from gatewright.formats.model.source import Source
from gatewright.formats.model.wiring import CLOCKS
from gatewright.formats.top import chosen_top
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.logic.cover import cube, table

_NO_LOGIC = {
    *(".area", ".delay", ".wire_load_slope", ".wire", ".input_arrival", ".default_input_arrival"),
    *(".output_required", ".default_output_required", ".input_drive", ".default_input_drive"),
    *(".output_load", ".default_output_load", ".max_input_load", ".default_max_input_load"),
    *(".clock_event", ".cycle", ".latch_order", ".attr", ".cname", ".gateinit"),
    *(".and_gate_delay", ".input_required", ".output_arrival", ".attrib", ".no_merge"),  # of ABC
}
"""Delays, loads and attributes: a circuit computes the same without them."""

_UNSUPPORTED = {
    ".flop": "is a register of VPR; .latch is read",
    ".mlatch": "is a register of a library; .latch is read",
    ".start_kiss": "begins a state machine, which cannot be read",
    ".search": "takes models from another file, and one file is read",
}


def read_blif(
    source: Source,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    library: Library | None = None,
    top: str = "",
    written: bool = False,
) -> Netlist:
    """The circuit in a BLIF file.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.
        library: cells that it may place, by name.
        top: the model that is the circuit; by default the first with contents that no other places.
        written: whether models count by what they are made of, unless they are called as a registered gate.

    Raises:
        FormatError: the file is not BLIF, has a register of a kind that is not read, or is not a circuit.
    """
    reader = _Reader(source)
    models = reader.models()
    first = next((line for line in reader.lines if line.strip()), "")
    from_yosys = first.startswith(f"# {YOSYS}")
    if from_yosys:
        for model in models.values():
            drop_leftovers(model)
    placing = Placing(library, gates or {}, widest)
    boxes = {name for name, each in models.items() if each.box and placing.has(name)}
    if len(boxes) < len(models):  # the library says what is in them
        models = {name: each for name, each in models.items() if name not in boxes}
    chosen = chosen_top(source, list(models), roots(models) or list(models), top)
    known = {*models, *(gates or {})}
    used = reached(source, models, chosen.name, gates or {})
    for model in used.values():
        if not model.outputs:
            raise source.refuse(
                model.line, model.name, "is a model without .outputs", "name at least one"
            )
        if reader.cells:
            lower(source, model, known, reader.parameters)
    place_cells(source, used, placing, reader.parameters)
    kept = called_as_gates(used, gates or {}) if written else None
    netlist = flatten(source, used, chosen.name, gates, widest=widest, kept=kept)
    netlist = replace(netlist, remarks=chosen.remarks)
    return directed(netlist, comments(reader.lines), from_yosys=from_yosys)


_FIRST = {"0": 0, "1": 1, "2": None, "3": None}
_LEVELS = ("ah", "al", "as")


class _Reader:
    """One file, statement by statement.

    Attributes:
        lines: of the file.
        cells: whether it places cells of Yosys.
        parameters: of those, by the name of the call.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.lines = source.lines()
        self.cells = False
        self.parameters: dict[str, dict[str, str]] = {}
        self._models: dict[str, Model] = {}
        self._model: Model | None = None
        self._sets: dict[tuple[int, tuple[str, ...]], int] = {}
        self._calls = 0
        self._last = ""

    def models(self) -> dict[str, Model]:
        """Every model, in the order of the file."""
        statements = self._statements()
        held = next(statements, None)
        while held is not None:
            line, words = held
            if words[0] == ".names":
                held = self._names(line, words[1:], statements)
                continue
            self._statement(line, words)
            held = next(statements, None)
        if not self._models:
            raise self._source.refuse(1, "", "there is no .model", "write BLIF, or name its format")
        return self._models

    def _statements(self) -> Iterator[tuple[int, list[str]]]:
        """The words of each statement and the line it begins in: comments gone, continuations joined."""
        lines = self.lines
        number, count = 0, len(lines)
        while number < count:
            text = lines[number]
            number += 1
            start = number
            if "#" in text:
                text = text[: text.index("#")]
            words = text.split()
            if not words:
                continue
            while words[-1][-1] == "\\":
                # The next line belongs to it, whatever comment it has.
                words[-1] = words[-1][:-1]
                if not words[-1]:
                    del words[-1]
                if number >= count:
                    break
                words += lines[number].partition("#")[0].split()
                number += 1
                if not words:
                    break
            if words:
                yield start, words

    def _names(
        self, line: int, nets: list[str], statements: Iterator[tuple[int, list[str]]]
    ) -> tuple[int, list[str]] | None:
        """A ``.names`` with its rows; gives the statement after them."""
        model = self._inside(line, ".names")
        if not nets:
            raise self._source.refuse(line, ".names", "names no net", "as in .names a b y")
        rows: dict[str, int] = {}  # and the line of each; a repeated row says nothing new
        after = None
        for number, words in statements:
            if words[0][0] == ".":
                after = number, words
                break
            rows.setdefault(" ".join(words), number)
        *inputs, output = nets
        count, key = len(inputs), tuple(rows)
        if count > MOST_INPUTS:
            cubes, negated = self._cubes(count, rows)
            model.covers.append(
                Cover([cube(each) for each in cubes], tuple(inputs), output, line, negated)
            )
            return after
        ones = self._sets.get((count, key))
        if ones is None:
            cubes, negated = self._cubes(count, rows)
            ones = table((cube(each) for each in cubes), count)
            if negated:
                ones ^= (1 << (1 << count)) - 1
            self._sets[count, key] = ones
        if count == 1 and ones == 0b10:
            model.aliases.append(Alias(inputs[0], output, line))
        else:
            model.cells.append(Cell(ones, tuple(inputs), output, line))
        return after

    def _cubes(self, count: int, rows: Mapping[str, int]) -> tuple[list[str], bool]:
        """The input part of each row, and whether they are those of the zeros."""
        cubes: list[str] = []
        value = ""
        for row, line in rows.items():
            words = row.split()
            inputs = words[0] if count else ""
            expected = "a row is a character 0, 1 or - for each input, a space, and 0 or 1"
            if len(words) != (2 if count else 1) or len(inputs) != count:
                raise self._row(
                    line, row, f"is not a row of {count} inputs and one output", expected
                )
            if words[-1] not in ("0", "1"):
                raise self._row(line, row, f"gives '{words[-1]}'", expected)
            odd = set(inputs) - {"0", "1", "-"}
            if odd:
                raise self._row(line, row, f"has the character '{min(odd)}'", expected)
            if value and words[-1] != value:
                raise self._row(
                    line, row, "is of the other set than the rows before it", "list ones or zeros"
                )
            value = words[-1]
            cubes.append(inputs)
        return cubes, value == "0"

    def _row(self, line: int, row: str, what: str, hint: str) -> FormatError:
        text = self.lines[line - 1]
        return self._source.refuse(line, row, what, hint, column=len(text) - len(text.lstrip()) + 1)

    def _statement(self, line: int, words: list[str]) -> None:
        """Any statement but ``.names``."""
        head, rest = words[0], words[1:]
        if head == ".model":
            self._begin(line, rest)
        elif head == ".end":
            self._model = None
        elif head in (".inputs", ".input"):
            self._ports(self._inside(line, head).inputs, "input", line, rest)
        elif head == ".clock":  # some list it among the inputs, too
            known = self._inside(line, head).inputs
            self._ports(known, "input", line, [net for net in rest if net not in known])
        elif head in (".outputs", ".output"):
            self._ports(self._inside(line, head).outputs, "output", line, rest)
        elif head in (".subckt", ".gate"):
            self._call(line, head, rest)
        elif head == ".latch":
            if not 2 <= len(rest) <= 5:
                raise self._source.refuse(
                    line, ".latch", "is not a register", "as in .latch next state re clock 0"
                )
            self._inside(line, head).registers.append(self._latch(line, rest))
        elif head in (".conn", ".barbuf", ".barbuff"):
            if len(rest) != 2:
                raise self._source.refuse(line, head, "joins two nets", f"as in {head} a b")
            self._inside(line, head).aliases.append(Alias(rest[0], rest[1], line))
        elif head == ".exdc":
            # Don't-cares are a network of their own, of which only the form is looked at.
            inside = self._inside(line, head)
            self._model = Model(inside.name, line)
        elif head == ".param":
            if len(rest) == 2 and self._last:
                self.parameters.setdefault(self._last, {})[rest[0]] = rest[1].strip('"')
        elif head == ".blackbox":
            self._inside(line, head).box = line
        elif head in _UNSUPPORTED:
            raise self._source.refuse(line, head, _UNSUPPORTED[head], "write plain .names")
        elif head not in _NO_LOGIC:
            if head[0] != ".":
                what = "is neither a statement nor a row of a .names above it"
            else:
                what = "is not a statement of BLIF"
            raise self._source.refuse(
                line, head, what, "expected .model, .inputs, .outputs, .names, .subckt or .end"
            )

    def _begin(self, line: int, rest: list[str]) -> None:
        name = rest[0] if rest else self._source.stem
        if name in self._models:
            first = self._models[name].line
            raise self._source.refuse(
                line,
                name,
                f"is a second model of this name; line {first} has the first",
                "rename it",
            )
        if len(self._models) == MOST_MODELS:
            raise self._source.refuse(
                line,
                name,
                f"is one model more than the {MOST_MODELS} that are read",
                "split the file",
            )
        self._model = self._models[name] = Model(name, line)

    def _inside(self, line: int, head: str) -> Model:
        """The model a statement belongs to; a file that begins without ``.model`` still has one."""
        if self._model is None:
            if self._models:
                raise self._source.refuse(
                    line,
                    head,
                    "stands after .end and before any .model",
                    "begin a model with .model",
                )
            self._begin(line, [])
        assert self._model is not None  # noqa: S101 - it has just begun
        return self._model

    def _latch(self, line: int, words: list[str]) -> Latch:
        """A register: what it takes and drives, then perhaps its kind and clock, and what it holds first.

        Raises:
            FormatError: it is not one that a clock moves.
        """
        d, q, *rest = words
        first = rest.pop() if len(rest) % 2 else "3"
        if first not in _FIRST:
            raise self._source.refuse(
                line, first, "is not what a register holds first", "0, 1, 2 or 3"
            )
        kind, clock = rest if rest else ("re", "")
        if kind not in ("re", "fe"):
            level = kind in _LEVELS
            what = (
                "is a latch, which no edge of a clock moves"
                if level
                else "is not a kind of register"
            )
            hint = "re (rising) and fe (falling) are read"
            raise self._source.refuse(line, kind, what, f"{hint}; {CLOCKS}" if level else hint)
        return Latch(d, q, line, _FIRST[first], "" if clock == "NIL" else clock, kind == "re")

    def _ports(self, into: dict[str, int], what: str, line: int, nets: list[str]) -> None:
        for net in nets:
            if net in into:
                raise self._source.refuse(
                    line, net, f"is an {what} twice", f"name every {what} once"
                )
            into[net] = line

    def _call(self, line: int, head: str, rest: list[str]) -> None:
        model = self._inside(line, head)
        if not rest:
            raise self._source.refuse(line, head, "names no model", f"as in {head} and a=x b=y")
        pins: dict[str, str] = {}
        for word in rest[1:]:
            port, joined, net = word.partition("=")
            if not joined or not port or not net:
                raise self._source.refuse(line, word, "joins no port to a net", "as in a=x")
            if port in pins:
                raise self._source.refuse(line, word, f"joins port '{port}' twice", "join it once")
            pins[port] = net
        self._calls += 1
        name = f"{rest[0]}-{self._calls}"
        self._last = name
        self.cells |= is_cell(rest[0])
        model.calls.append(Call(rest[0], name, pins, line))
