"""Gates as C99: the integers are those of the network, the text is what it should be, the rest is refused."""

from __future__ import annotations

import itertools
import math
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.certify.grid import integers
from gatewright.errors import UsageError
from gatewright.formats.c99 import LINE_WIDTH, integer_layers, run_integers, write_c99
from gatewright.gates.spec import GateSpec
from gatewright.gates.trained import Figures, TrainedGate
from gatewright.gates.training.recipe import Recipe, default_recipe
from gatewright.gates.training.train import train
from gatewright.learn.network import Architecture
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.builtin.gates import gatewright_gates

NAMES = [spec.name for spec in gatewright_gates()]
NOT = GateSpec.from_function("not", lambda a: 1 - a, inputs="a", outputs="y")
WIRE = GateSpec.from_function("wire", lambda a: a, inputs="a", outputs="y")

INVERTER = f"""\
/* Gate 'not': a hardened neural network, 1-1, in integers.
 *
 * in:           a
 * out:          y
 * SHA-256 of the truth table and of the weights:
 *   {NOT.table.digest}
 *   WEIGHTS
 * noise margin: none was proved
 *
 * Bits are 0 and 1, in port order; any other input byte counts as 1. A unit
 * with z = b + sum of w * a has the activation min(1, max(0, 1/2 + z/4)).
 * Weights and biases are integers times a power of two, activations integers
 * over a power of two, so nothing is rounded:
 *   layer 1: w, b in units of 2^-1, activations of 2^-3; sums up to 19
 * which int32_t holds. In every row of the truth table that matters the output
 * activations are exactly 0 or 8/8: the last comparison only tells them apart.
 */
#include <stdint.h>

void gate_not(const uint8_t in[1], uint8_t out[1]);

void gate_not(const uint8_t in[1], uint8_t out[1])
{{
    static const int8_t w1[1][1] = {{
        {{-10}},
    }};
    static const int8_t b1[1] = {{5}};
    int32_t a0[1];

    for (int i = 0; i < 1; i++)
        a0[i] = in[i] != 0;
    for (int j = 0; j < 1; j++) {{
        int32_t sum = INT32_C(4) + b1[j] * INT32_C(1);
        for (int i = 0; i < 1; i++)
            sum += w1[j][i] * a0[i];
        out[j] = (uint8_t)(sum > INT32_C(4));
    }}
}}
"""


def hand_made(
    spec: GateSpec, hidden: Sequence[int], theta: Sequence[float], activation: str = "clipped"
) -> TrainedGate:
    """A gate of these weights, without a datasheet."""
    sizes = (len(spec.table.inputs), *hidden, len(spec.table.outputs))
    shape = Architecture(sizes, (activation,) * (len(sizes) - 1))
    figures = Figures(restart=0, solved=1, proved=0, epochs=1, box_radius=0.0, error=0.0)
    weights = np.array(theta, dtype=np.float64)
    return TrainedGate(spec, shape, weights, default_recipe(spec.table), 0, figures)


def rational(gate: TrainedGate, bits: Sequence[int]) -> list[Fraction]:
    """What the network gives in rational arithmetic."""
    values = [Fraction(bit) for bit in bits]
    for w, b in gate.architecture.layers(gate.theta[None]):
        sums = [
            Fraction(bias) + sum(Fraction(each) * a for each, a in zip(column, values, strict=True))
            for column, bias in zip(w[0].T.tolist(), b[0, 0].tolist(), strict=True)
        ]
        values = [min(Fraction(1), max(Fraction(0), Fraction(1, 2) + z / 4)) for z in sums]
    return values


def random_network(seed: int) -> TrainedGate:
    """Small integers times powers of two from deep fractions to steps that decide every unit."""
    random = np.random.default_rng(seed)
    hidden = random.integers(1, 5, size=random.integers(3)).tolist()
    spec = GateSpec.from_function(
        "random", lambda *_: (0, 1), inputs="abc"[: random.integers(1, 4)], outputs="yz"
    )
    sizes = (len(spec.table.inputs), *hidden, 2)
    theta: list[float] = []
    for before, after in itertools.pairwise(sizes):
        step = 2.0 ** int(random.integers(-5, 5))
        theta += (random.integers(-4, 5, size=(before + 1) * after) * step).tolist()
    return hand_made(spec, hidden, theta)


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_gate_in_integers_is_its_truth_table(
    gates: dict[str, TrainedGate], name: str
) -> None:
    gate = gates[name]
    given = run_integers(gate, gate.spec.table.patterns)
    assert given.tolist() == gate.spec.table.values.astype(np.float64).tolist()
    assert given.tolist() == gate.learned().tolist()


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_gate_has_weights_of_8_bits(gates: dict[str, TrainedGate], name: str) -> None:
    gate = gates[name]
    text = write_c99(gate)
    arrays = re.findall(r"static const (\w+) ([wb]\d)[^=]*= \{(.*?)\};", text, re.DOTALL)
    assert [kind for kind, *_ in arrays] == ["int8_t"] * 2 * len(gate.architecture.activations)
    written = {key: list(map(int, re.findall(r"-?\d+", numbers))) for _, key, numbers in arrays}
    for number, layer in enumerate(integers(gate.architecture, gate.theta), 1):
        assert written[f"w{number}"] == layer.weights.T.ravel().tolist()
        assert written[f"b{number}"] == layer.biases.tolist()
    assert "int32_t sum = " in text
    assert "int64_t" not in text
    assert " * noise margin: 0.45, proved with real inputs: VIL 0.45, VOL 0\n" in text
    assert f" *   {gate.spec.table.digest}\n *   {gate.digest}\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_changed_weight_is_noticed(gates: dict[str, TrainedGate]) -> None:
    gate = gates["xor"]
    theta = gate.theta.copy()
    theta[0] = -theta[0]
    broken = replace(gate, theta=theta)
    patterns = gate.spec.table.patterns
    assert (run_integers(broken, patterns) == broken.raw(patterns.astype(np.float64))).all()
    assert (run_integers(broken, patterns) != gate.spec.table.values).any()
    message = r"gate 'xor' in integers gives y = \d+/\d+ for \d\d, not exactly [01]; train it by the usual recipe"
    with pytest.raises(UsageError, match=message):
        write_c99(broken)


def test_a_datasheet_of_other_weights_is_not_copied(gates: dict[str, TrainedGate]) -> None:
    gate = gates["and"]
    doubled = replace(gate, theta=gate.theta * 2)  # the same truth table, another network
    assert write_c99(replace(doubled, datasheet=None)).startswith("/* Gate 'and'")
    with pytest.raises(
        UsageError,
        match=r"datasheet of gate 'and' is of other weights; train it again",
    ):
        write_c99(doubled)


def test_the_text() -> None:
    gate = hand_made(NOT, (), [-5.0, 2.5])
    assert write_c99(gate) == INVERTER.replace("WEIGHTS", gate.digest)


@pytest.mark.parametrize("seed", range(60))
def test_integers_are_exact_between_0_and_1_too(seed: int) -> None:
    gate = random_network(seed)
    patterns = gate.spec.table.patterns
    given = run_integers(gate, patterns)
    wanted = [[float(each) for each in rational(gate, row)] for row in patterns.tolist()]
    assert given.tolist() == wanted
    assert given.tolist() == gate.raw(patterns.astype(np.float64)).tolist()


def test_the_random_networks_reach_everything() -> None:
    made = [random_network(seed) for seed in range(60)]
    outputs = np.concatenate([run_integers(gate, gate.spec.table.patterns) for gate in made])
    layers = [layer for gate in made for layer in integer_layers(gate)]
    assert ((outputs > 0) & (outputs < 1)).sum() > 50
    assert {0.0, 0.5, 1.0} <= set(outputs.ravel().tolist())
    assert any(layer.before + 2 - layer.exponent < 1 for layer in layers)
    assert {len(gate.architecture.activations) for gate in made} == {1, 2, 3}


def test_nothing_is_larger_than_is_said() -> None:
    # Reached: both weights and the bias pull the same way.
    spec = GateSpec.from_function("or", lambda a, b: a | b, inputs="ab", outputs="y")
    (layer,) = integer_layers(hand_made(spec, (), [6.0, 10.0, 2.0]))
    assert (layer.weights, layer.biases, layer.exponent) == (((3, 5),), (1,), 1)
    assert (layer.places, layer.half, layer.largest) == (1, 1, 1 + 3 + 5 + 1)
    # Two layers: the second's inputs are integers up to 2**3.
    first, second = integer_layers(hand_made(WIRE, (1,), [7.5, -2.5, 6.0, -2.0]))
    assert (first.before, first.places, second.before, second.places) == (0, 3, 3, 4)
    assert (second.weights, second.biases, second.exponent) == (((3,),), (-1,), 1)
    assert second.largest == second.half + 8 * (3 + 1)


@pytest.mark.parametrize(
    ("weight", "kind"),
    [(127, "int8_t"), (129, "int16_t"), (32767, "int16_t"), (32769, "int32_t")],
)
def test_the_smallest_type_of_weights(weight: int, kind: str) -> None:
    text = write_c99(hand_made(WIRE, (), [float(weight), -9.0]))
    assert f"static const {kind} w1[1][1] = {{\n        {{{weight}}},\n" in text
    assert "static const int8_t b1[1] = {-9};" in text


@pytest.mark.parametrize(
    ("weight", "size"), [(2.0**31 - 3, 32), (2.0**31 - 1, 64)], ids=["fits", "does not"]
)
def test_sums_of_64_bits_where_32_do_not_hold_them(weight: float, size: int) -> None:
    # half is 2 and the step 1: the greatest sum is 2 + weight.
    sparse = GateSpec("wire", TruthTable.from_rows({"1": "1"}, inputs="a", outputs="y"))
    gate = hand_made(sparse, (), [weight, 0.0])
    assert integer_layers(gate)[0].largest == weight + 2
    text = write_c99(gate)
    assert f"which int{size}_t holds" in text
    assert f"    int{size}_t a0[1];" in text
    assert f"int{size}_t sum = INT{size}_C(2) + b1[j] * INT{size}_C(1);" in text


def test_integers_that_overflow_are_refused() -> None:
    fine = (2.0**23 - 1) * 2.0**-20  # a weight of 24 bits in deep fractions
    theta = [fine, -fine / 4, *([fine, -fine / 4] * 2)]
    theta[1::2] = [-4.0, -4.0, -4.0]
    gate = hand_made(WIRE, (1, 1), theta)
    assert run_integers(gate, WIRE.table.patterns).tolist() == [[0.0], [1.0]]
    assert [layer.places for layer in integer_layers(gate)] == [22, 44, 66]
    with pytest.raises(
        UsageError,
        match=r"gate 'wire' overflows 64-bit integers: sums of layer 3 may reach 2\*\*\d+; "
        "the usual recipe makes it of 8-bit weights",
    ):
        write_c99(gate)
    # One layer less fits.
    assert "int64_t sum" in write_c99(hand_made(WIRE, (1,), theta[:4]))


@pytest.mark.parametrize(
    ("theta", "activation", "why"),
    [
        ([math.pi * 3, -4.0], "clipped", "its weights take 5[0-9] bits, more than 32"),
        ([2.0**31, -1.0], "clipped", "its weights take 33 bits, more than 32"),
        ([1e300, -5e-324], "clipped", r"its weights take \d{4} bits, more than 32"),
        ([math.nan, -4.0], "clipped", "a weight is not a number"),
        ([math.inf, -4.0], "clipped", "a weight is not a number"),
    ],
)
def test_what_is_not_hardened_is_refused(theta: list[float], activation: str, why: str) -> None:
    gate = hand_made(WIRE, (), theta, activation)
    message = (
        f"gate 'wire' is not hardened, .*: {why}; train it by the usual recipe, which hardens it"
    )
    with pytest.raises(UsageError, match=message):
        write_c99(gate)
    with pytest.raises(UsageError, match=message):
        run_integers(gate, WIRE.table.patterns)


def test_an_output_between_0_and_1_is_refused_but_not_where_it_does_not_matter() -> None:
    theta = [4.0, -3.0]  # -3 gives -1/4, clipped; 1 gives 3/4
    with pytest.raises(UsageError, match="gives y = 3/4 for 1, not exactly 1;"):
        write_c99(hand_made(WIRE, (), theta))
    sparse = GateSpec("wire", TruthTable.from_rows({"0": "0"}, inputs="a", outputs="y"))
    gate = hand_made(sparse, (), theta)
    assert run_integers(gate, sparse.table.patterns).tolist() == [[0.0], [0.75]]
    assert "sum > INT32_C(2)" in write_c99(gate)


def test_names_become_identifiers_and_lines_stay_short() -> None:
    inputs = tuple(f"quite_a_long_name_of_an_input_{number}" for number in range(8))
    spec = GateSpec.from_function(
        "any-of-8", lambda *bits: int(any(bits)), inputs=inputs, outputs=("y",)
    )
    theta: Floats = np.array([100000.0 + number for number in range(8)] + [-9.0])
    text = write_c99(hand_made(spec, (), theta.tolist()))
    assert "\nvoid gate_any_of_8(const uint8_t in[8], uint8_t out[1])\n{\n" in text
    assert max(map(len, text.splitlines())) <= LINE_WIDTH
    named = text[text.index("in: ") : text.index(" * out:")]
    assert re.sub(r"\s+\*?\s*", " ", named) == f"in: {', '.join(inputs)} "


def test_other_units_are_written_in_double(tmp_path: Path) -> None:
    """What C computes, beside what NumPy does, off the rows too."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    spec = GateSpec.from_function(
        "both", lambda a, b: (a & b, a | b), inputs="ab", outputs=("y", "z")
    )
    gate = train(spec, Recipe((3,), ("tanh", "logistic")))
    text = write_c99(gate)
    assert "void gate_both(const double in[2], double out[2])" in text
    points = np.random.default_rng(1).uniform(-0.5, 1.5, (40, 2))
    main = "\n".join(
        [
            "#include <stdio.h>",
            "void gate_both(const double in[2], double out[2]);",
            f"static const double x[{len(points)}][2] = {{",
            *(f"    {{{a!r}, {b!r}}}," for a, b in points.tolist()),
            "};",
            "int main(void) {",
            f"    for (int i = 0; i < {len(points)}; i++) {{",
            "        double out[2];",
            "        gate_both(x[i], out);",
            '        printf("%.17g %.17g\\n", out[0], out[1]);',
            "    }",
            "    return 0;",
            "}",
            "",
        ]
    )
    (tmp_path / "gate.c").write_text(text)
    (tmp_path / "main.c").write_text(main)
    strict = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wshadow")
    subprocess.run(
        [compiler, *strict, "gate.c", "main.c", "-o", "program", "-lm"], cwd=tmp_path, check=True
    )
    told = subprocess.run([tmp_path / "program"], capture_output=True, text=True, check=True).stdout
    given = np.array([list(map(float, line.split())) for line in told.splitlines()])
    assert given == pytest.approx(gate.raw(points), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("theta", "activation", "message"),
    [
        ([-40.0, 20.0], "logistic", "gives the wrong bit in 2 rows; train it again"),
        ([np.inf, 0.0], "logistic", "has a weight that is not a number; train it again"),
        (
            [1.0, 0.0],
            "unbounded",
            "has unbounded units, which are not written as C; train it of others",
        ),
    ],
)
def test_what_cannot_be_written_in_double_is_refused(
    theta: list[float], activation: str, message: str, unbounded: str
) -> None:
    assert unbounded
    with pytest.raises(UsageError, match=f"gate 'wire' {message}"):
        write_c99(hand_made(WIRE, (), theta, activation))
