r"""C99: a hardened gate as one function of integers, without dependencies and without floating point.

A layer's weights are integers times a power of two, its activations integers over a power of two, so the C
code computes what the network computes: nothing is rounded. That no sum overflows is proved here, by the
sizes of the weights, before any text is written; that the outputs are exactly 0 and 1, row by row.

Example:
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.training.train import train
    >>> gate = train(GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y"))
    >>> write_c99(gate).splitlines()[-1], len(integer_layers(gate))
    ('}', 2)
    >>> run_integers(gate, np.array([[0], [1]], dtype=np.uint8)).tolist()
    [[1.0], [0.0]]
"""

from __future__ import annotations

import operator
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from gatewright.arrays import Bits, Floats
from gatewright.certify.grid import integers
from gatewright.errors import Hint, UsageError
from gatewright.formats.c99_real import write_real
from gatewright.gates.datasheet import doubt
from gatewright.gates.trained import TrainedGate
from gatewright.learn.activations import CLIPPED
from gatewright.records import dataclass

LINE_WIDTH = 80
WEIGHT_SIZES, SUM_SIZES = (8, 16, 32), (32, 64)
"""Bits of the integer types that weights and sums may have."""


@dataclass(frozen=True, slots=True)
class IntegerLayer:
    """A layer of clipped units in integers.

    An input is an integer over 2**before, between 0 and 1, and a weight an integer times 2**exponent.
    With sum = half + 2**before * bias + Σ weight * input, the activation ½ + z/4, clipped to 0 … 1, is
    min(max(sum, 0), 2 * half) over 2 * half.

    Attributes:
        weights: one tuple a unit, one integer an input; of a restoring layer one integer each.
        biases: one a unit.
        exponent: of the step of weights and biases.
        before: binary places of the inputs.
        restoring: whether each unit reads the input of its own number alone.
    """

    weights: tuple[tuple[int, ...], ...]
    biases: tuple[int, ...]
    exponent: int
    before: int
    restoring: bool = False

    @property
    def places(self) -> int:
        """Binary places of the activations.

        z is a whole number of 2**(exponent - before), so z/4 has this many. Where that makes steps of ½
        or more, any z but 0 decides the unit, and one place is enough.
        """
        return max(1, self.before + 2 - self.exponent)

    @property
    def half(self) -> int:
        """The integer that stands for an activation of ½."""
        return 1 << (self.places - 1)

    @property
    def largest(self) -> int:
        """No number that the layer computes is larger by size, in whatever order it adds."""
        units = zip(self.weights, self.biases, strict=True)
        sums = max(sum(map(abs, unit)) + abs(bias) for unit, bias in units)
        return self.half + max(sums << self.before, self.half)

    def run(self, inputs: Sequence[int]) -> list[int]:
        """The activation of every unit, as an integer over 2 * half."""
        read = [(each,) for each in inputs] if self.restoring else [inputs] * len(self.weights)
        sums = (
            (bias << self.before) + sum(map(operator.mul, unit, some))
            for unit, bias, some in zip(self.weights, self.biases, read, strict=True)
        )
        return [min(max(self.half + each, 0), 2 * self.half) for each in sums]


def integer_layers(gate: TrainedGate) -> tuple[IntegerLayer, ...]:
    """The layers of a hardened gate, whose inputs are bits.

    Raises:
        UsageError: it is not hardened.
    """
    if set(gate.architecture.activations) != {CLIPPED.name}:
        others = ", ".join(dict.fromkeys(gate.architecture.activations))
        raise _not_hardened(gate, f"its units are {others}, not clipped")
    if not np.isfinite(gate.theta).all():
        raise _not_hardened(gate, "a weight is not a number")
    layers: list[IntegerLayer] = []
    before = 0
    for layer in integers(gate.architecture, gate.theta):
        made = IntegerLayer(
            tuple(tuple(unit) for unit in layer.weights.T.tolist()),
            tuple(layer.biases.tolist()),
            layer.exponent,
            before,
            gate.architecture.restoring and not layers,
        )
        bits = _bits([*made.biases, *_flat(made.weights)])
        if bits > WEIGHT_SIZES[-1]:
            raise _not_hardened(gate, f"its weights take {bits} bits, more than {WEIGHT_SIZES[-1]}")
        layers.append(made)
        before = made.places
    return tuple(layers)


def run_integers(gate: TrainedGate, bits: Bits) -> Floats:
    """Outputs (rows, outputs) of input bits (rows, inputs), computed in Python's integers.

    Raises:
        UsageError: the gate is not hardened.
    """
    layers = integer_layers(gate)
    return np.array(
        [[each / (2 * layers[-1].half) for each in _run(layers, row)] for row in bits.tolist()]
    ).reshape(len(bits), -1)


def write_c99(gate: TrainedGate) -> str:
    """The gate as C99 text: ``void gate_NAME(const uint8_t in[], uint8_t out[])``.

    A gate whose units are not clipped is written in double, as `gatewright.formats.c99_real` says.

    Raises:
        UsageError: the gate is not hardened, an integer could overflow, an output is not exactly the
            bit of the truth table, or the datasheet is of other weights.
    """
    if CLIPPED.name not in gate.architecture.activations:
        return write_real(gate)
    layers = integer_layers(gate)
    size = _sum_size(gate, layers)
    _check_rows(gate, layers)
    wrong = gate.datasheet and doubt(gate.spec, gate.architecture, gate.theta, gate.datasheet)
    if wrong:
        raise UsageError(
            f"the datasheet of gate '{gate.spec.name}' {wrong}",
            hint=Hint("train it again", "train anew", gate=gate.spec.name),
        )
    lines = [
        *_header(gate, layers, size),
        "#include <stdint.h>",
        "",
        *_function(gate, layers, size),
    ]
    return "".join(f"{line}\n" for line in lines)


def _run(layers: Iterable[IntegerLayer], bits: Sequence[int]) -> Sequence[int]:
    for layer in layers:
        bits = layer.run(bits)
    return bits


def _not_hardened(gate: TrainedGate, why: str) -> UsageError:
    name = gate.spec.name
    return UsageError(
        f"gate '{name}' is not hardened, so it does not run in integers: {why}",
        hint=Hint("train it by the usual recipe, which hardens it", "train and harden", gate=name),
    )


def _sum_size(gate: TrainedGate, layers: Sequence[IntegerLayer]) -> int:
    """Bits of the smallest integer type in which nothing overflows.

    Raises:
        UsageError: there is none.
    """
    largest = [layer.largest for layer in layers]
    for size in SUM_SIZES:
        if max(largest) < 2 ** (size - 1):
            return size
    number = largest.index(max(largest))
    raise UsageError(
        f"gate '{gate.spec.name}' overflows {size}-bit integers: sums of layer {number + 1} may reach "
        f"2**{largest[number].bit_length() - 1}",
        hint=Hint(
            "the usual recipe makes it of 8-bit weights, which do not",
            "train with few bits",
            gate=gate.spec.name,
        ),
    )


def _check_rows(gate: TrainedGate, layers: Sequence[IntegerLayer]) -> None:
    table, one = gate.spec.table, 2 * layers[-1].half
    rows = zip(table.patterns.tolist(), table.values.tolist(), table.care.tolist(), strict=True)
    for pattern, values, cares in rows:
        given = _run(layers, pattern)
        for port, got, value, care in zip(table.outputs, given, values, cares, strict=True):
            if care and got != value * one:
                raise UsageError(
                    f"gate '{gate.spec.name}' in integers gives {port} = {got}/{one} for "
                    f"{''.join(map(str, pattern))}, not exactly {value}",
                    hint=Hint(
                        "train it by the usual recipe, which proves it",
                        "train and prove",
                        gate=gate.spec.name,
                    ),
                )


def _header(gate: TrainedGate, layers: Sequence[IntegerLayer], size: int) -> Iterator[str]:
    table, sheet, last = gate.spec.table, gate.datasheet, layers[-1]
    architecture = "-".join(map(str, gate.architecture.sizes))
    yield f"/* Gate '{gate.spec.name}': a hardened neural network, {architecture}, in integers."
    yield " *"
    yield from _folded(" * in:           ", table.inputs)
    yield from _folded(" * out:          ", table.outputs)
    yield " * SHA-256 of the truth table and of the weights:"
    yield f" *   {table.digest}"
    yield f" *   {gate.digest}"
    if sheet is None:
        yield " * noise margin: none was proved"
    else:
        yield (
            f" * noise margin: {sheet.noise_margin:g}, proved with real inputs: VIL {sheet.vil:g}, "
            f"VOL {sheet.vol:g}"
        )
    yield " *"
    yield from _prose(
        "Bits are 0 and 1, in port order; any other input byte counts as 1. A unit with z = b + sum of "
        "w * a has the activation min(1, max(0, 1/2 + z/4)). Weights and biases are integers times a power "
        "of two, activations integers over a power of two, so nothing is rounded:"
    )
    for number, layer in enumerate(layers, 1):
        yield (
            f" *   layer {number}: w, b in units of 2^{layer.exponent}, activations of 2^-{layer.places}; "
            f"sums up to {layer.largest}"
        )
    yield from _prose(
        f"which int{size}_t holds. In every row of the truth table that matters the output activations "
        f"are exactly 0 or {2 * last.half}/{2 * last.half}: the last comparison only tells them apart."
    )
    yield " */"


def _prose(words: str) -> Iterator[str]:
    """Sentences of the comment."""
    yield from textwrap.wrap(words, LINE_WIDTH, initial_indent=" * ", subsequent_indent=" * ")


def _function(gate: TrainedGate, layers: Sequence[IntegerLayer], size: int) -> Iterator[str]:
    sizes = gate.architecture.sizes
    name = function_name(gate.spec.name)
    head = f"void {name}(const uint8_t in[{sizes[0]}], uint8_t out[{sizes[-1]}])"
    yield f"{head};"
    yield ""
    yield head
    yield "{"
    for number, layer in enumerate(layers, 1):
        units = f"[{len(layer.weights)}]"
        kind = _weight_type(_flat(layer.weights))
        if layer.restoring:
            weights = map(str, _flat(layer.weights))
            yield from _folded(f"    static const {kind} w{number}{units} = {{", weights, "};")
        else:
            yield f"    static const {kind} w{number}{units}[{len(layer.weights[0])}] = {{"
            for unit in layer.weights:
                yield from _folded("        {", map(str, unit), "},")
            yield "    };"
        kind = _weight_type(layer.biases)
        yield from _folded(
            f"    static const {kind} b{number}{units} = {{", map(str, layer.biases), "};"
        )
    wires = ", ".join(f"a{number}[{units}]" for number, units in enumerate(sizes[:-1]))
    yield f"    int{size}_t {wires};"
    yield ""
    yield f"    for (int i = 0; i < {sizes[0]}; i++)"
    yield "        a0[i] = in[i] != 0;"
    for number, layer in enumerate(layers, 1):
        half, one = (f"INT{size}_C({each})" for each in (layer.half, 2 * layer.half))
        yield f"    for (int j = 0; j < {len(layer.weights)}; j++) {{"
        yield f"        int{size}_t sum = {half} + b{number}[j] * INT{size}_C({1 << layer.before});"
        if layer.restoring:
            yield f"        sum += w{number}[j] * a{number - 1}[j];"
        else:
            yield f"        for (int i = 0; i < {len(layer.weights[0])}; i++)"
            yield f"            sum += w{number}[j][i] * a{number - 1}[i];"
        if number < len(layers):
            yield f"        a{number}[j] = sum < 0 ? 0 : sum > {one} ? {one} : sum;"
        else:
            yield f"        out[j] = (uint8_t)(sum > {half});"
        yield "    }"
    yield "}"


def function_name(gate: str) -> str:
    """What a gate is called in C; the prefix keeps clear of keywords."""
    return f"gate_{gate.replace('-', '_')}"


def _flat(weights: Iterable[Iterable[int]]) -> list[int]:
    return [each for unit in weights for each in unit]


def _bits(numbers: Iterable[int]) -> int:
    """Bits of a signed integer that holds each and its negative."""
    return max(map(abs, numbers)).bit_length() + 1


def _weight_type(numbers: Iterable[int]) -> str:
    bits = _bits(numbers)
    return f"int{next(size for size in WEIGHT_SIZES if bits <= size)}_t"


def _folded(head: str, words: Iterable[str], tail: str = "") -> Iterator[str]:
    """A list after ``head``, continued below its first word where it would be too wide."""
    after = f" *{' ' * (len(head) - 2)}" if head.startswith(" *") else " " * len(head)
    yield from textwrap.wrap(
        f"{', '.join(words)}{tail}", LINE_WIDTH, initial_indent=head, subsequent_indent=after
    )
