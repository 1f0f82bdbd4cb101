"""A truth table: what a gate has to learn, and what its circuits are checked against.

A table keeps one Python integer for each output: bit *r* is the output in row *r*, so XOR (rows 00, 01, 10, 11 →
0, 1, 1, 0) is ``0b0110``.

Example:
    >>> xor = TruthTable.from_function(lambda a, b: a ^ b, inputs=("a", "b"), outputs=("y",))
    >>> xor == TruthTable.from_integers([0b0110], inputs=("a", "b"), outputs=("y",))
    True
    >>> xor == TruthTable.from_rows(["0", "1", "1", "0"], inputs=("a", "b"), outputs=("y",))
    True
    >>> xor.values.ravel().tolist()
    [0, 1, 1, 0]
"""

from __future__ import annotations

import hashlib
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gatewright.arrays import Bits, Mask
from gatewright.errors import TableError
from gatewright.logic.bits import row_numbers, table_rows
from gatewright.logic.numerals import as_text, counted, cut
from gatewright.records import dataclass

MAX_INPUTS = 16
DONT_CARE = "-"

_PORT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Entry = str | int | bool | None
Row = str | Entry | Sequence[Entry]


@dataclass(frozen=True, slots=True)
class TruthTable:
    """Named inputs and outputs, and every output in every row.

    Attributes:
        inputs: 1 to 16 port names; the first is the most significant in the row order.
        outputs: port names, at least one.
        ones: one integer for each output; bit *r* is the output in row *r* (0 if it is a don't-care).
        cares: one integer for each output; bit *r* is 0 if row *r* is a don't-care.

    Raises:
        TableError: too many or too few ports, a bad or repeated name, an integer too wide.

    Example:
        >>> TruthTable.from_integers([0b0110], inputs="ab", outputs="y").rows
        4
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    ones: tuple[int, ...]
    cares: tuple[int, ...]

    def __post_init__(self) -> None:
        # Plain tuples of plain integers, whatever was given: equal tables are then equal and hashable.
        for ports in ("inputs", "outputs"):
            object.__setattr__(
                self, ports, _several(ports, getattr(self, ports), lambda name: name)
            )
        for bits in ("ones", "cares"):
            object.__setattr__(self, bits, _several(bits, getattr(self, bits), operator.index))
        _check_ports(self.inputs, self.outputs)
        for kind, column in (("values", self.ones), ("cares", self.cares)):
            if len(column) != len(self.outputs):
                raise TableError(
                    f"a truth table with {len(self.outputs)} outputs needs as many integers of "
                    f"{kind}, not {len(column)}"
                )
            for port, value in zip(self.outputs, column, strict=True):
                if not 0 <= value < 1 << self.rows:
                    raise TableError(
                        f"output '{port}': the integer {cut(as_text(value))} does not fit {self.rows} rows",
                        hint=f"give one bit a row, from 0 to 2**{self.rows} - 1",
                    )
        if any(one & ~care for one, care in zip(self.ones, self.cares, strict=True)):
            raise TableError("a don't-care row has a value", hint="leave its bit 0")

    @classmethod
    def from_function(
        cls,
        function: Callable[..., Row],
        inputs: Iterable[str],
        outputs: Iterable[str],
    ) -> TruthTable:
        """The table of a Python function of as many 0/1 integers as there are inputs.

        The function returns one bit, a tuple of bits, one for each output, or a string such as ``"01-"``;
        ``None`` in place of a bit, or of the whole row, is a don't-care.

        Raises:
            TableError: the function takes another number of arguments, or gives something else.
        """
        inputs, outputs = tuple(inputs), tuple(outputs)
        _check_ports(inputs, outputs)
        _check_arguments(function, len(inputs))
        return cls.from_rows(
            [function(*row) for row in table_rows(len(inputs)).tolist()], inputs, outputs
        )

    @classmethod
    def from_rows(
        cls,
        rows: Sequence[Row] | Mapping[str, Row],
        inputs: Iterable[str],
        outputs: Iterable[str],
    ) -> TruthTable:
        """The table of its rows.

        Args:
            rows: every row in textbook order; or a mapping from input patterns such as ``"01"``, in
                which patterns that are not named are don't-cares. A row is a string (``"01-"``), a
                sequence of bits with ``None`` for a don't-care, or a single bit.
            inputs: port names.
            outputs: port names.
        """
        inputs, outputs = tuple(inputs), tuple(outputs)
        _check_ports(inputs, outputs)
        count = 1 << len(inputs)
        if isinstance(rows, Mapping):
            rows = _placed_rows(rows, len(inputs))
        if len(rows) != count:
            raise TableError(
                f"a truth table of {len(inputs)} inputs has {count} rows, not {len(rows)}",
                hint="write '-' in the rows that do not matter",
            )
        ones, cares = [0] * len(outputs), [0] * len(outputs)
        for number, row in enumerate(rows):
            for place, bit in enumerate(_row_bits(row, number, len(inputs), len(outputs))):
                if bit is not None:
                    ones[place] |= bit << number
                    cares[place] |= 1 << number
        return cls(inputs, outputs, tuple(ones), tuple(cares))

    @classmethod
    def from_integers(
        cls,
        values: Iterable[int],
        inputs: Iterable[str],
        outputs: Iterable[str],
        dont_cares: Iterable[int] = (),
    ) -> TruthTable:
        """The table of one integer for each output; bit *r* is the output in row *r*.

        ``dont_cares`` are row numbers in which no output matters.
        """
        inputs, outputs = tuple(inputs), tuple(outputs)
        _check_ports(inputs, outputs)
        care = (1 << (1 << len(inputs))) - 1
        for row in dont_cares:
            if not 0 <= row < 1 << len(inputs):
                raise TableError(f"there is no row {row} in a table of {1 << len(inputs)} rows")
            care &= ~(1 << row)
        whole = (1 << (1 << len(inputs))) - 1
        given = map(operator.index, values)
        # A value that does not fit keeps its bits, for the table's own check to refuse.
        kept = tuple(value & care if 0 <= value <= whole else value for value in given)
        return cls(inputs, outputs, kept, (care,) * len(outputs))

    @property
    def rows(self) -> int:
        """Number of rows, 2**inputs."""
        return 1 << len(self.inputs)

    @property
    def patterns(self) -> Bits:
        """Every input pattern in row order, shape (rows, inputs)."""
        return table_rows(len(self.inputs))

    @property
    def values(self) -> Bits:
        """Every output in row order, shape (rows, outputs); don't-cares are 0."""
        return _columns(self.ones, self.rows)

    @property
    def care(self) -> Mask:
        """Where an output matters, shape (rows, outputs)."""
        return _columns(self.cares, self.rows).astype(np.bool_)

    @property
    def digest(self) -> str:
        """SHA-256 of ports and rows, hexadecimal; equal tables and no others have equal digests."""
        text = f"{','.join(self.inputs)};{','.join(self.outputs)};"
        text += ";".join(
            f"{one:x}/{care:x}" for one, care in zip(self.ones, self.cares, strict=True)
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def same(self, other: TruthTable) -> bool:
        """Whether another table is the same function; its ports may be called otherwise.

        Example:
            >>> half = TruthTable.from_integers([0b1000], inputs="ab", outputs="y")
            >>> half.same(TruthTable.from_integers([0b1000], inputs="pq", outputs="z"))
            True
        """
        return (len(self.inputs), self.ones, self.cares) == (
            len(other.inputs),
            other.ones,
            other.cares,
        )

    def evaluate(self, patterns: Bits) -> Bits:
        """Outputs (…, outputs) of input patterns (…, inputs); don't-cares give 0."""
        return self.values[row_numbers(patterns)]

    def flipped(self, row: int, output: str) -> TruthTable:
        """The same table with one output of one row inverted, for injecting faults.

        Raises:
            TableError: there is no such row or output.
        """
        if output not in self.outputs or not 0 <= row < self.rows:
            raise TableError(f"there is no output '{output}' in row {row}")
        place = self.outputs.index(output)
        ones = list(self.ones)
        ones[place] ^= 1 << row
        return TruthTable(self.inputs, self.outputs, tuple(ones), self.cares)


def _check_arguments(function: Any, inputs: int) -> None:
    import inspect

    try:
        inspect.signature(function).bind(*range(inputs))
    except ValueError:  # nothing is known of what it takes, as of some built-in ones
        return
    except TypeError as error:
        raise TableError(
            f"the function is not for {counted(inputs, 'input')}: {error}",
            hint="it takes one for each input",
        ) from None


def _several(name: str, given: Any, of: Callable[[Any], Any]) -> tuple[Any, ...]:
    try:
        return tuple(map(of, given))
    except TypeError:
        wanted = "names of ports" if name.endswith("puts") else "integers, one for each output"
        raise TableError(f"{name}={cut(repr(given))} of a truth table are not {wanted}") from None


def _check_ports(inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
    if not 1 <= len(inputs) <= MAX_INPUTS:
        raise TableError(
            f"a truth table has 1 to {MAX_INPUTS} inputs, not {len(inputs)}",
            hint="build wider functions as circuits of gates",
        )
    if not outputs:
        raise TableError("a truth table has at least one output")
    for port in inputs + outputs:
        if not isinstance(port, str) or not _PORT.fullmatch(port):
            raise TableError(
                f"{port!r} is not a port name", hint="use letters, digits and _, as in 'carry_out'"
            )
    repeated = [port for port in inputs + outputs if (inputs + outputs).count(port) > 1]
    if repeated:
        raise TableError(
            f"port name '{repeated[0]}' is used twice", hint="give every port its own name"
        )


def _placed_rows(rows: Mapping[str, Row], inputs: int) -> list[Row]:
    placed: list[Row] = [None] * (1 << inputs)
    for pattern, row in rows.items():
        if len(pattern) != inputs or set(pattern) - {"0", "1"}:
            raise TableError(
                f"'{pattern}' is not a pattern of {inputs} bits", hint="write it as in '01'"
            )
        placed[int(pattern, 2)] = row
    return placed


def _row_bits(row: Row, number: int, inputs: int, outputs: int) -> list[int | None]:
    if row is None:
        return [None] * outputs
    if isinstance(row, np.ndarray):
        row = row.tolist()
    # NumPy's bits are neither int nor bool, so anything without a length is one bit.
    entries: Sequence[Entry] = row if isinstance(row, Sequence) else (row,)
    where = f"row {number:0{inputs}b}"
    if len(entries) != outputs:
        raise TableError(f"{where} has {len(entries)} outputs, expected {outputs}")
    bits: list[int | None] = []
    for entry in entries:
        if entry is None or entry == DONT_CARE:
            bits.append(None)
        elif entry in (0, 1, "0", "1"):
            bits.append(int(entry))
        else:
            raise TableError(
                f"{where} holds {entry!r}", hint="write 0, 1, or '-' (or None) for a don't-care"
            )
    return bits


def _columns(integers: tuple[int, ...], rows: int) -> Bits:
    size = (rows + 7) // 8
    packed = np.frombuffer(
        b"".join(value.to_bytes(size, "little") for value in integers), dtype=np.uint8
    )
    bits = np.unpackbits(packed.reshape(len(integers), size), axis=1, bitorder="little")
    return np.ascontiguousarray(bits[:, :rows].T)
