"""The checker: certificates that hold, and everything that makes one that does not."""

from __future__ import annotations

import ast
import dataclasses
import itertools
import json
import math
import struct
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.certify import checker
from gatewright.certify.checker import (
    CertificateRefused,
    Checked,
    check,
)
from gatewright.certify.checking.bounds import bounds, whole_bounds
from gatewright.certify.checking.cover import MOST_WORK, Box, Work, gap
from gatewright.certify.checking.file import MOST_BYTES
from gatewright.certify.checking.numbers import Unit, scaled
from gatewright.certify.discipline import Discipline
from gatewright.certify.prover import prove
from gatewright.gates.datasheet import digest, measure, rows_of
from gatewright.gates.store.saved import to_bytes
from gatewright.gates.trained import TrainedGate
from gatewright.learn.network import Architecture

Tensors = dict[str, np.ndarray[Any, Any]]
Change = Callable[[dict[str, Any], Tensors], object]


def unpack(data: bytes) -> tuple[dict[str, Any], Tensors]:
    """What a file says of its gate, and its tensors."""
    from safetensors.numpy import load

    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    return json.loads(header["__metadata__"]["gatewright"]), load(data)


def pack(about: Mapping[str, Any], tensors: Tensors) -> bytes:
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    return save(whole, {"gatewright": json.dumps(about)})


def altered(data: bytes, change: Change) -> bytes:
    about, tensors = unpack(data)
    change(about, tensors)
    return pack(about, tensors)


def signed(about: dict[str, Any], tensors: Tensors) -> None:
    """Make a datasheet speak about the weights that there are."""
    shape = Architecture(tuple(about["sizes"]), tuple(about["activations"]))
    parts = [
        tensors[f"layer{number}.{kind}"].ravel()
        for number in range(len(about["activations"]))
        for kind in ("weight", "bias")
    ]
    about["datasheet"]["digest"] = digest(shape, np.concatenate(parts))


def refusal(data: bytes) -> str:
    with pytest.raises(CertificateRefused) as caught:
        check(data)
    reason = caught.value.reason
    assert reason
    assert "\n" not in reason
    assert len(reason) < 400
    return reason


def loosened(gate: TrainedGate, vol: float) -> TrainedGate:
    """The gate with a first layer that does not saturate, so that its proof needs many boxes."""
    weights, biases = gate.architecture.slices()[0]
    for share, vil in itertools.product((8, 10, 12, 14, 16, 20), (0.35, 0.3, 0.25)):
        theta = gate.theta.copy()
        theta[weights.start : biases.stop] /= share
        discipline = Discipline(vil, vol)
        if (
            len(prove(gate.architecture, theta[None], rows_of(gate.spec), [discipline])[0].rows)
            > 100
        ):
            sheet = measure(gate.spec, gate.architecture, theta, discipline)
            if sheet is not None:
                return dataclasses.replace(gate, theta=theta, datasheet=sheet)
    raise AssertionError("no network needs many boxes")


@pytest.fixture(scope="module")
def xor(dense_gates: Mapping[str, TrainedGate]) -> bytes:
    return to_bytes(dense_gates["xor"])


@pytest.fixture(scope="module", params=[0.0, 0.05])
def cut(dense_gates: Mapping[str, TrainedGate], request: pytest.FixtureRequest) -> bytes:
    """A certificate of hundreds of boxes."""
    return to_bytes(loosened(dense_gates["xor3"], request.param))


# What holds


MODULES = (
    *("checker", "checking.bounds", "checking.cover", "checking.file"),
    *("checking.numbers", "checking.restored"),
)


@pytest.mark.parametrize("module", MODULES)
def test_it_shares_no_code_with_what_it_checks(module: str) -> None:
    path = Path(checker.__file__).parent / f"{module.replace('.', '/')}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.append(node.module or "")
        else:
            assert not (isinstance(node, ast.Name) and node.id in ("__import__", "import_module"))
    ours = {f"gatewright.certify.{each}" for each in MODULES}
    assert {name.partition(".")[0] for name in {*names} - ours} <= sys.stdlib_module_names
    assert {*names} - ours
    assert "importlib" not in names


def test_every_built_in_gate_holds(dense_gates: Mapping[str, TrainedGate]) -> None:
    for name, gate in dense_gates.items():
        sheet = gate.datasheet
        assert sheet is not None
        assert check(to_bytes(gate)) == (
            Checked(
                name,
                len(sheet.rows),
                gate.spec.table.rows,
                gate.spec.table.ones,
                gate.spec.table.cares,
                Fraction(0.45),
                Fraction(0),
                len(gate.spec.table.inputs),
            ),
        )


def test_a_proof_of_hundreds_of_boxes_holds(cut: bytes) -> None:
    (gate,) = check(cut)
    about, tensors = unpack(cut)
    assert gate.boxes == len(tensors["proof.row"]) > 100
    assert (gate.rows, float(gate.vol)) == (8, about["datasheet"]["vol"])


def test_the_order_of_boxes_does_not_matter(cut: bytes) -> None:
    def shuffle(_: object, tensors: Tensors) -> None:
        order = np.random.default_rng(0).permutation(len(tensors["proof.row"]))
        for part in ("row", "low", "high"):
            tensors[f"proof.{part}"] = tensors[f"proof.{part}"][order]

    assert check(altered(cut, shuffle)) == check(cut)


def test_rows_that_do_not_matter_need_no_boxes(xor: bytes) -> None:
    def free(about: dict[str, Any], tensors: Tensors) -> None:
        about["cares"], about["ones"] = [0b0111], [0b0110]
        keep = tensors["proof.row"] != 3
        for part in ("row", "low", "high"):
            tensors[f"proof.{part}"] = tensors[f"proof.{part}"][keep]

    (gate,) = check(altered(xor, free))
    assert (gate.rows, gate.boxes, gate.dont_cares) == (3, 3, 1)
    assert check(xor)[0].dont_cares == 0


def test_rows_in_which_one_output_does_not_matter_are_counted(
    dense_gates: Mapping[str, TrainedGate],
) -> None:
    def free(about: dict[str, Any], _: object) -> None:
        about["cares"], about["ones"] = [0b0111, 0b1110], [0, 0b0110]

    (gate,) = check(altered(to_bytes(dense_gates["half-adder"]), free))
    assert (gate.rows, gate.dont_cares) == (4, 2)


def library(*files: bytes) -> bytes:
    gates, all_tensors = {}, {}
    for data in files:
        about, tensors = unpack(data)
        gates[about["gate"]] = about
        all_tensors.update({f"{about['gate']}/{key}": each for key, each in tensors.items()})
    return pack({"schema": "gatewright/library/2", "gates": gates}, all_tensors)


def test_a_library_is_checked_gate_by_gate(dense_gates: Mapping[str, TrainedGate]) -> None:
    files = [to_bytes(dense_gates[name]) for name in ("xor", "full-adder", "not")]
    done = []
    checked = check(library(*files), lambda number, total: done.append((number, total)))
    assert checked == tuple(itertools.chain.from_iterable(map(check, files)))
    assert [each.gate for each in checked] == ["xor", "full-adder", "not"]
    assert done == [(0, 3), (1, 3), (2, 3)]


def test_one_bad_gate_of_a_library_is_named(dense_gates: Mapping[str, TrainedGate]) -> None:
    def spoil(about: dict[str, Any], tensors: Tensors) -> None:
        tensors["not/proof.low"][0] += 0.1

    data = altered(library(to_bytes(dense_gates["xor"]), to_bytes(dense_gates["not"])), spoil)
    with pytest.raises(CertificateRefused, match=r"^gate 'not': row [01]: no box covers"):
        check(data)


# What does not


def test_a_box_removed_leaves_a_gap(cut: bytes) -> None:
    draw = np.random.default_rng(0)

    def remove(_: object, tensors: Tensors) -> None:
        box = draw.integers(len(tensors["proof.row"]))
        for part in ("row", "low", "high"):
            tensors[f"proof.{part}"] = np.delete(tensors[f"proof.{part}"], box, axis=0)

    for _ in range(20):
        assert "no box covers the inputs" in refusal(altered(cut, remove))


@pytest.mark.parametrize("by", ["one bit", 0.01])
def test_a_box_shrunk_leaves_a_gap(cut: bytes, by: str | float) -> None:
    for seed in range(20):
        about, tensors = unpack(cut)
        vil, margin = (
            about["datasheet"]["vil"],
            about["datasheet"]["vil"] - about["datasheet"]["vol"],
        )
        end = ("low", "high")[seed % 2]
        faces, inward = tensors[f"proof.{end}"], 9.0 if end == "low" else -9.0
        # Ends that were rounded outward may be a bit shorter; all others may not.
        exact = (
            ~np.isclose(faces, 1 - vil)
            & ~np.isclose(faces, 1 + margin)
            & ~np.isclose(faces, -margin)
        )
        if by != "one bit" or about["datasheet"]["vol"] == 0:
            exact |= np.isclose(faces, -margin)
        at = tuple(np.random.default_rng(seed).choice(np.argwhere(exact)).tolist())
        old = faces[at]
        faces[at] = np.nextafter(old, inward) if by == "one bit" else old + inward / 9 * float(by)
        assert faces[at] != old
        assert "no box covers the inputs" in refusal(pack(about, tensors))


def test_weights_other_than_those_it_speaks_about(xor: bytes) -> None:
    names = [name for name in unpack(xor)[1] if name.startswith("layer")]
    assert len(names) == 6
    for name in names:

        def nudge(_: object, tensors: Tensors, name: str = name) -> None:
            tensors[name].flat[-1] = np.nextafter(tensors[name].flat[-1], 1e9)

        assert "their digests differ" in refusal(altered(xor, nudge))


def buffer(weight: float, vol: float) -> bytes:
    """The certificate of a gate of one unit, at VIL = ¼."""
    about: dict[str, Any] = {
        "schema": "gatewright/trained-gate/3",
        "gate": "buf",
        "inputs": ["a"],
        "outputs": ["y"],
        "ones": [2],
        "cares": [3],
        "sizes": [1, 1],
        "activations": ["clipped"],
        "datasheet": {"vil": 0.25, "vol": vol},
    }
    tensors = {
        "layer0.weight": np.array([[weight]]),
        "layer0.bias": np.array([-weight / 2]),
        "proof.row": np.array([0, 1]),
        "proof.low": np.array([[vol - 0.25], [0.75]]),
        "proof.high": np.array([[0.25], [1.25 - vol]]),
    }
    signed(about, tensors)
    return pack(about, tensors)


@pytest.mark.parametrize(("weight", "vol"), [(8.0, 0.0), (6.0, 0.125)])
def test_a_weight_that_breaks_a_bound_by_its_last_bit(weight: float, vol: float) -> None:
    assert check(buffer(weight, vol)) == (
        Checked("buf", 2, 2, (2,), (3,), Fraction(1, 4), Fraction(vol), 1),
    )
    reason = refusal(buffer(float(np.nextafter(weight, 0)), vol))
    assert reason.startswith("row 0: output 1 should be 0, and may be anything from 0 to ")


@pytest.mark.parametrize("vol", [0.0, 0.125])
@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("row", [0, 1])
def test_every_end_of_a_region_counts_to_the_last_bit(vol: float, end: str, row: int) -> None:
    def shrink(_: object, tensors: Tensors) -> None:
        faces = tensors[f"proof.{end}"]
        faces[row] = np.nextafter(faces[row], 9 if end == "low" else -9)

    assert refusal(altered(buffer(8.0, vol), shrink)).startswith(f"row {row}: no box covers")


def test_an_output_that_does_not_matter_may_be_anything(
    dense_gates: Mapping[str, TrainedGate],
) -> None:
    def free(about: dict[str, Any], _: object) -> None:
        assert about["ones"][1] >> 1 & 1  # 0 + 0 + 1 has the sum 1
        about["cares"][1] ^= 1 << 1
        about["ones"][1] ^= 1 << 1

    (gate,) = check(altered(to_bytes(dense_gates["full-adder"]), free))
    assert (gate.rows, gate.boxes) == (8, 8)


def test_weights_that_give_another_gate(xor: bytes) -> None:
    def invert(about: dict[str, Any], tensors: Tensors) -> None:
        for kind in ("weight", "bias"):
            tensors[f"layer2.{kind}"] = -tensors[f"layer2.{kind}"]
        signed(about, tensors)

    assert "row 00: output 1 should be 0, and may be anything from 1 to 1" in refusal(
        altered(xor, invert)
    )


@pytest.mark.parametrize("row", range(8))
@pytest.mark.parametrize("output", [0, 1])
def test_a_flipped_row(dense_gates: Mapping[str, TrainedGate], row: int, output: int) -> None:
    def flip(about: dict[str, Any], _: object) -> None:
        about["ones"][output] ^= 1 << row

    reason = refusal(altered(to_bytes(dense_gates["full-adder"]), flip))
    assert reason.startswith(f"row {row:03b}: output {output + 1} should be ")


def test_the_first_input_is_the_most_significant_bit(
    dense_gates: Mapping[str, TrainedGate],
) -> None:
    def swap(about: dict[str, Any], _: object) -> None:
        column = about["ones"][0]
        order = [0, 4, 2, 6, 1, 5, 3, 7]  # bits of every row number the other way round
        about["ones"][0] = sum((column >> old & 1) << row for row, old in enumerate(order))

    data = to_bytes(dense_gates["mux"])
    assert unpack(altered(data, swap))[0]["ones"] != unpack(data)[0]["ones"]
    assert "should be" in refusal(altered(data, swap))


def test_boxes_of_rows_exchanged(xor: bytes) -> None:
    def exchange(_: object, tensors: Tensors) -> None:
        tensors["proof.row"] = np.array([0, 2, 1, 3])

    assert "row 01: no box covers the inputs" in refusal(altered(xor, exchange))


@pytest.mark.parametrize("row", [-1, 4, 2**62])
def test_a_row_that_does_not_exist(xor: bytes, row: int) -> None:
    def rename(_: object, tensors: Tensors) -> None:
        for part, value in (("row", row), ("low", -1.0), ("high", 2.0)):
            old = tensors[f"proof.{part}"]
            tensors[f"proof.{part}"] = np.concatenate([old, np.full_like(old[:1], value)])

    assert f"box 4 is one of row {row}, and there are only 4" in refusal(altered(xor, rename))


def test_vil_raised(xor: bytes) -> None:
    def claim(vil: float) -> Change:
        return lambda about, _: about["datasheet"].update(vil=vil)

    assert "row 00: no box covers the inputs" in refusal(
        altered(xor, claim(float(np.nextafter(0.45, 1))))
    )
    assert check(altered(xor, claim(0.44)))[0].vil == Fraction(0.44)  # it promises less

    def and_boxes(about: dict[str, Any], tensors: Tensors) -> None:
        about["datasheet"]["vil"] = 0.4999
        tensors["proof.low"] -= 0.05
        tensors["proof.high"] += 0.05

    assert "may be anything from" in refusal(altered(xor, and_boxes))


def test_vol_lowered(dense_gates: Mapping[str, TrainedGate]) -> None:
    def claim(about: dict[str, Any], tensors: Tensors) -> None:
        about["datasheet"]["vol"] = 0.0
        tensors["proof.low"] -= 0.05
        tensors["proof.high"] += 0.05

    assert "should be" in refusal(altered(to_bytes(loosened(dense_gates["xor3"], 0.05)), claim))


@pytest.mark.parametrize(
    ("vil", "vol"),
    [
        *[(0.5, 0), (0.3, 0.3), (0.3, -0.1), (0, 0), (True, 0), ("0.45", 0), (None, 0)],
        *[(np.inf, 0), (np.nan, 0), (0.45, np.nan), (10**400, 0), (0.45, [])],
    ],
)
def test_what_is_no_discipline(xor: bytes, vil: object, vol: object) -> None:
    reason = refusal(altered(xor, lambda about, _: about["datasheet"].update(vil=vil, vol=vol)))
    assert "not a discipline" in reason or "not a number from 0 to 1/2" in reason


def test_only_hardened_gates(xor: bytes) -> None:
    def soften(about: dict[str, Any], tensors: Tensors) -> None:
        about["activations"][1] = "logistic"
        signed(about, tensors)

    reason = refusal(altered(xor, soften))
    assert reason.startswith("only hardened gates")
    assert reason.endswith("'logistic'")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["layer0.weight", "layer2.bias", "proof.low", "proof.high"])
def test_numbers_that_are_none(xor: bytes, name: str, value: float) -> None:
    def spoil(about: dict[str, Any], tensors: Tensors) -> None:
        tensors[name].flat[0] = value
        signed(about, tensors)

    assert refusal(altered(xor, spoil)) == (
        f"the tensor '{name}' holds infinity or what is not a number"
    )


@pytest.mark.parametrize("value", [1e300, -1e300, 5e-324])
def test_extreme_weights_are_exact(xor: bytes, value: float) -> None:
    def spoil(about: dict[str, Any], tensors: Tensors) -> None:
        tensors["layer0.weight"][:] = value
        signed(about, tensors)

    assert "should be" in refusal(altered(xor, spoil))


def test_a_box_that_ends_before_it_starts(xor: bytes) -> None:
    def turn(_: object, tensors: Tensors) -> None:
        tensors["proof.low"], tensors["proof.high"] = tensors["proof.high"], tensors["proof.low"]

    assert refusal(altered(xor, turn)).startswith("box 0 ends before it starts: [0.45, -0.45]")


def _drop(*path: str) -> Change:
    def drop(about: dict[str, Any], _: object) -> None:
        for key in path[:-1]:
            about = about[key]
        del about[path[-1]]

    return drop


def _set(key: str, value: object) -> Change:
    return lambda about, _: about.update({key: value})


def _tensor(name: str, change: Callable[[Any], Any]) -> Change:
    return lambda _, tensors: tensors.update({name: change(tensors[name])})


WRONG: dict[str, tuple[Change, str]] = {
    **{
        f"no {key}": (_drop(key), f"it has no '{key}'")
        for key in ("gate", "inputs", "outputs", "ones", "cares", "sizes", "activations")
    },
    "no vil": (_drop("datasheet", "vil"), "its 'vil' is None"),
    "no digest": (_drop("datasheet", "digest"), "it has no 'digest'"),
    "no datasheet": (_set("datasheet", None), "nothing was proved"),
    "another datasheet": (_set("datasheet", [1]), "not a JSON object"),
    "no schema": (_drop("schema"), "its schema is None"),
    "another schema": (_set("schema", "gatewright/trained-gate/1"), "its schema is"),
    "empty library": (lambda a, _: a.update(schema="gatewright/library/2", gates={}), "no gates"),
    "a gate of a library": (
        lambda a, _: a.update(schema="gatewright/library/2", gates={"xor": 1}),
        "not of the kind 'dict'",
    ),
    "name that a terminal obeys": (_set("gate", "\x1b[31m"), r"'\x1b[31m' is not the name"),
    "half a character": (_set("gate", "\ud800"), "is not the name"),
    "name": (_set("gate", 1), "its 'gate' is 1"),
    "inputs": (_set("inputs", "ab"), "its 'inputs' is 'ab'"),
    "input": (_set("inputs", ["a", 1]), "its 'inputs' is"),
    "too many inputs": (_set("inputs", list("abcdefg")), "it has 7 inputs"),
    "far too many inputs": (_set("inputs", ["a"] * 100_000), "it has 100000 inputs"),
    "no inputs": (_set("inputs", []), "it has 0 inputs"),
    "other inputs": (_set("inputs", ["a"]), "does not have 1 inputs and 1 outputs"),
    "other outputs": (_set("outputs", ["a", "b"]), "does not have 2 inputs and 2 outputs"),
    "truth": (_set("sizes", [2, True, 4, 1]), "its 'sizes' is"),
    "fraction": (_set("sizes", [2, 2.0, 4, 1]), "its 'sizes' is"),
    "no units": (_set("sizes", [2, 0, 4, 1]), "no network of sizes"),
    "one size": (_set("sizes", [2]), "no network of sizes"),
    "many layers": (_set("sizes", [2] * 10_000 + [1]), "no network of sizes"),
    "units": (_set("sizes", [2, 3, 4, 1]), "is not 2 by 3 numbers of F64"),
    "huge units": (_set("sizes", [2, 10**4000, 4, 1]), "more than 20000 parameters"),
    "fewer layers": (_set("sizes", [2, 4, 1]), "it has 3 activations for 2 layers"),
    "ones": (_set("ones", [16]), "does not fit 4 rows"),
    "negative": (_set("ones", [-1]), "does not fit 4 rows"),
    "two ones": (_set("ones", [6, 6]), "not have one integer for each of its 1 outputs"),
    "value where none matters": (_set("cares", [9]), "where the output does not matter"),
    "activation": (_set("activations", ["clipped", [], "clipped"]), "its 'activations' is"),
    "no layer": (lambda _, t: t.pop("layer1.bias"), "it has no 'layer1.bias'"),
    "no boxes": (lambda _, t: t.pop("proof.low"), "it has no 'proof.low'"),
    "float32": (_tensor("layer0.bias", np.float32), "is not 2 numbers of F64"),
    "float rows": (_tensor("proof.row", np.float64), "is not any numbers of I64"),
    "wider boxes": (_tensor("proof.low", lambda t: t.repeat(2, 1)), "is not 4 by 2 numbers"),
    "fewer boxes": (_tensor("proof.high", lambda t: t[1:]), "is not 4 by 2 numbers"),
    "flat weights": (_tensor("layer0.weight", np.ravel), "is not 2 by 2 numbers"),
    "turned weights": (_tensor("layer1.weight", np.transpose), "is not 2 by 4 numbers"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_does_not_fit_together(xor: bytes, what: str) -> None:
    change, reason = WRONG[what]
    assert reason in refusal(altered(xor, change))


# Damaged files


def raw(header: bytes, rest: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack("<Q", len(header) if size is None else size) + header + rest


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "cut short or is not a safetensors file"),
        (raw(b"{}", size=2**60), "cut short or is not a safetensors file"),
        (raw(b"{}", size=2**64 - 1), "cut short or is not a safetensors file"),
        (raw(b"not JSON"), "its header is not readable as JSON"),
        (raw(b"\xff\xfe"), "its header is not readable as JSON"),
        (raw(b"[]"), "its header is not a JSON object"),
        (raw(b'{"a":' * 100_000), "its header is not readable as JSON"),
        (raw(b"9" * 10_000), "its header is not readable as JSON"),
        (raw(b"{}"), "it has no '__metadata__'"),
        (raw(b'{"__metadata__": 1}'), "its '__metadata__' is 1"),
        (raw(b'{"__metadata__": {}}'), "it has no 'gatewright'"),
        (raw(b'{"__metadata__": {"gatewright": {}}}'), "its 'gatewright' is {}"),
        (raw(b'{"__metadata__": {"gatewright": "["}}'), "its description of the gate is not"),
        (
            raw(b'{"__metadata__": {"gatewright": "[]"}}'),
            "its description of the gate is not a JSON object",
        ),
        (raw(b'{"a": 1, "a": 1}'), "a name is given twice"),
        (raw(b'{"__metadata__": {"gatewright": "{}"}}', b"rest"), "do not fill the file"),
        (raw(b'{"__metadata__": {"gatewright": "{}"}, "t": 1}'), "is not described by"),
        (raw(b'{"__metadata__": {"gatewright": "{}"}, "t": {}}'), "it has no 'data_offsets'"),
    ],
)
def test_what_is_no_certificate_at_all(data: bytes, reason: str) -> None:
    assert reason in refusal(data)


@pytest.mark.parametrize("nested", ["[" * 900 + "]" * 900, '{"a":' * 900 + "1" + "}" * 900])
def test_what_is_nested_deeply(nested: str) -> None:
    inner = json.dumps(f'{{"schema": {nested}}}').encode()
    assert refusal(raw(b'{"__metadata__": {"gatewright": ' + inner + b"}}"))


def header_of(data: bytes) -> tuple[dict[str, Any], bytes]:
    size = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + size]), data[8 + size :]


@pytest.mark.parametrize(
    "offsets",
    [[0, 2**62], [-8, 24], [32, 0], [0], [0, 0, 32], ["0", 32], None, [0.0, 32.0], [8, 40]],
)
def test_tensors_that_lie_elsewhere(xor: bytes, offsets: object) -> None:
    header, rest = header_of(xor)
    header["proof.row"]["data_offsets"] = offsets
    assert refusal(raw(json.dumps(header).encode(), rest))


@pytest.mark.parametrize(
    "shape", [[2**62], [2**31, 2**33], [-4], [0], [5], 4, None, [], [4.0], [4, 1]]
)
def test_tensors_of_other_shapes(xor: bytes, shape: object) -> None:
    header, rest = header_of(xor)
    header["proof.row"]["shape"] = shape
    assert refusal(raw(json.dumps(header).encode(), rest))


def test_nothing_makes_it_take_much_memory(xor: bytes) -> None:
    header, rest = header_of(xor)
    header["proof.row"]["shape"] = [2**60]
    files = [raw(b"{}", size=2**60), raw(json.dumps(header).encode(), rest)]
    files.append(altered(xor, _set("sizes", [2, 2**60, 2**60, 1])))
    files.append(altered(xor, _set("inputs", ["a"] * 1000)))
    tracemalloc.start()
    try:
        for data in files:
            refusal(data)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_file_cut_short_anywhere(xor: bytes) -> None:
    for length in range(len(xor)):
        refusal(xor[:length])
    refusal(xor + b"\0")


def test_a_byte_altered_in_the_header(xor: bytes) -> None:
    generator = np.random.default_rng(4)
    size = 8 + int.from_bytes(xor[:8], "little")
    refused = 0
    for _ in range(1500):
        data = bytearray(xor)
        data[generator.integers(size)] = generator.integers(256)
        try:
            check(bytes(data))
        except CertificateRefused:
            refused += 1
    assert refused > 300  # the rest is what a certificate does not depend on, such as the recipe


def test_a_bit_altered_in_any_weight(xor: bytes) -> None:
    header, rest = header_of(xor)
    start = len(xor) - len(rest)
    for name, tensor in header.items():
        if name.startswith("layer"):
            for place in range(*tensor["data_offsets"]):
                data = bytearray(xor)
                data[start + place] ^= 1 << place % 8
                refusal(bytes(data))


# Its arithmetic

Fractions = st.fractions(-3, 3, max_denominator=64)


def _unit(inputs: int) -> st.SearchStrategy[Unit]:
    return st.tuples(st.lists(Fractions, min_size=inputs, max_size=inputs), Fractions)


def _layer(inputs: int, units: int) -> st.SearchStrategy[list[Unit]]:
    return st.lists(_unit(inputs), min_size=units, max_size=units)


Sides = st.tuples(Fractions, Fractions).map(lambda ends: (min(ends), max(ends)))


@pytest.mark.exhaustive
@examples(15)
@given(
    st.tuples(_layer(2, 3), _layer(3, 2)),
    st.tuples(Sides, Sides),
    st.lists(st.tuples(st.fractions(0, 1), st.fractions(0, 1)), min_size=1, max_size=5),
)
def test_bounds_hold_at_every_point(
    layers: tuple[list[Unit], ...], box: Box, points: list[tuple[Fraction, Fraction]]
) -> None:
    found = bounds(layers, box)
    for point in [*points, *itertools.product((Fraction(0), Fraction(1)), repeat=2)]:
        a = [low + share * (high - low) for share, (low, high) in zip(point, box, strict=True)]
        for layer in layers:
            z = [sum((w * x for w, x in zip(ws, a, strict=True)), b) for ws, b in layer]
            a = [min(Fraction(1), max(Fraction(0), Fraction(1, 2) + each / 4)) for each in z]
        assert all(low <= x <= high for x, (low, high) in zip(a, found, strict=True))


def test_bounds_of_one_layer_are_reached() -> None:
    unit: Unit = ((Fraction(1), Fraction(-1, 2), Fraction(0)), Fraction(1, 3))
    box = tuple((Fraction(each), Fraction(each + 1)) for each in (0, 1, 2))
    assert bounds([[unit]], box) == ((Fraction(1, 3), Fraction(1, 2) + Fraction(5, 24)),)


def test_bounds_are_not_rounded() -> None:
    tiny = Fraction(1, 2**1000)
    assert bounds([[((tiny,), Fraction(-2))]], ((0, 1),)) == ((0, tiny / 4),)
    assert bounds([[((-tiny,), Fraction(2))]], ((0, 1),)) == ((1 - tiny / 4, 1),)


@examples(30)
@given(st.integers(1, 3), st.data())
def test_a_gap_is_found_where_there_is_one(dimensions: int, data: st.DataObject) -> None:
    side = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda ends: (min(ends), max(ends)))
    boxes = data.draw(st.lists(st.tuples(*[side] * dimensions), max_size=14))
    region = ((0, 3),) * dimensions
    # Ends are integers, so a cell of the grid is covered whole or not at all.
    missing = [
        cell
        for cell in itertools.product(range(3), repeat=dimensions)
        if not any(
            all(low <= at and at + 1 <= high for at, (low, high) in zip(cell, box, strict=True))
            for box in boxes
        )
    ]
    hole = gap(region, boxes, Work())
    assert (hole is None) == (not missing)
    if hole is not None:
        assert set(itertools.product(*(range(int(a), int(b)) for a, b in hole))) <= set(missing)


def test_boxes_that_no_single_cut_parts() -> None:
    pinwheel = [
        ((0, 2), (0, 1)),
        ((2, 3), (0, 2)),
        ((1, 3), (2, 3)),
        ((0, 1), (1, 3)),
        ((1, 2), (1, 2)),
    ]
    assert gap(((0, 3), (0, 3)), pinwheel, Work()) is None
    assert gap(((0, 3), (0, 3)), pinwheel[:-1], Work()) == ((1, 2), (1, 2))


def test_a_thousand_boxes_in_six_dimensions() -> None:
    generator = np.random.default_rng(0)
    whole: Box = ((Fraction(-0.45), Fraction(0.45)),) * 6
    boxes = [whole]
    while len(boxes) < 1000:
        box, axis = boxes.pop(generator.integers(len(boxes))), int(generator.integers(6))
        low, high = box[axis]
        at = low + (high - low) * Fraction(int(generator.integers(1, 8)), 8)
        boxes += [(*box[:axis], part, *box[axis + 1 :]) for part in ((low, at), (at, high))]
    assert gap(whole, boxes, Work()) is None
    lost = boxes.pop(137)
    hole = gap(whole, boxes, Work())
    assert hole is not None
    assert all(a <= b < c <= d for (a, d), (b, c) in zip(lost, hole, strict=True))


def test_coverings_that_would_take_for_ever_are_refused() -> None:
    slabs = [((0, 99), (each, each + 1)) for each in range(99)]
    assert gap(((0, 99), (0, 99)), slabs, Work()) is None
    with pytest.raises(
        CertificateRefused, match="takes more than 100000000 steps: its proof is too"
    ):
        gap(((0, 99), (0, 99)), slabs, Work(5000))


# What it costs


def boxes(data: bytes, row: int, low: Any, high: Any) -> bytes:
    """The certificate with these boxes more in a row."""

    def add(_: object, tensors: Tensors) -> None:
        more = {"row": np.full(len(low), row), "low": low, "high": high}
        for part, each in more.items():
            name = f"proof.{part}"
            tensors[name] = np.concatenate([tensors[name], each.astype(tensors[name].dtype)])

    return altered(data, add)


def counted(data: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[int, tuple[Checked, ...]]:
    """The steps that checking a certificate takes, and what comes of it."""
    made: list[Work] = []

    class Counted(Work):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    with monkeypatch.context() as patch:
        patch.setattr(checker, "Work", Counted)
        found = check(data)
    return MOST_WORK - made[0].left, found


def test_boxes_that_are_there_again_cost_nothing(
    xor: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again(_: object, tensors: Tensors) -> None:
        for part in ("row", "low", "high"):
            tensors[f"proof.{part}"] = tensors[f"proof.{part}"].repeat(2000, 0)

    assert counted(altered(xor, again), monkeypatch) == counted(xor, monkeypatch)


def test_boxes_outside_of_their_row_cost_nothing_and_prove_nothing(
    xor: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = np.random.default_rng(0).random((5000, 2)) + 5
    crowded = boxes(xor, 0, far, far + 1)
    assert counted(crowded, monkeypatch) == counted(xor, monkeypatch)
    # One that only touches its row: a corner at 0.45, 0.45.
    touching = boxes(xor, 0, np.full((1, 2), 0.45), np.full((1, 2), 9.0))
    assert counted(touching, monkeypatch) == counted(xor, monkeypatch)


def test_a_box_that_reaches_into_a_row_must_hold_even_where_others_cover_it(xor: bytes) -> None:
    wide = boxes(xor, 0, np.full((1, 2), 0.44), np.full((1, 2), 9.0))
    assert "may be anything from 0 to 1 in the box [0.44, 9] × [0.44, 9]" in refusal(wide)


def test_more_boxes_than_are_checked(xor: bytes) -> None:
    many = np.random.default_rng(0).random((100_000, 2))
    assert refusal(boxes(xor, 0, many, many)) == (
        "its proofs have 100004 boxes, more than the 65536 that are checked"
    )
    halves = [many[:40_000], many[40_000:80_000]]
    crowded = boxes(boxes(xor, 1, halves[0], halves[0]), 2, halves[1], halves[1])
    assert "its proofs have 80004 boxes" in refusal(crowded)


def test_boxes_are_counted_over_all_gates_of_a_library(
    dense_gates: Mapping[str, TrainedGate],
) -> None:
    many = np.random.default_rng(0).random((40_000, 2))
    crowded = [boxes(to_bytes(dense_gates[name]), 0, many, many) for name in ("xor", "or")]
    with pytest.raises(CertificateRefused, match="its proofs have 80008 boxes"):
        check(library(*crowded))


def test_more_work_than_is_done(cut: bytes, xor: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, _ = counted(cut, monkeypatch)
    assert taken > counted(xor, monkeypatch)[0] > 0
    monkeypatch.setattr(checker, "Work", lambda: Work(taken - 1))
    assert refusal(cut) == (
        "to check it takes more than 100000000 steps: its proof is too intricate"
    )
    monkeypatch.setattr(checker, "Work", lambda: Work(taken))
    check(cut)


def test_long_numbers_cost_more() -> None:
    def steps(weight: Fraction) -> int:
        work = Work()
        layer = scaled([((weight,), Fraction(0))] * 10)
        wide = scaled([((weight,) * 10, Fraction(0))])
        whole_bounds([layer, wide], ((0.25, 0.5),), work)
        return MOST_WORK - work.left

    assert steps(Fraction(1, 2)) == 2 * 10 + 2 * 10
    assert steps(Fraction(1, 2**4000)) == 2 * 10 * 4 + 2 * 10 * 8


def test_networks_larger_than_are_checked(xor: bytes) -> None:
    huge = altered(xor, _set("sizes", [2, 5000, 4, 1]))
    assert "(2, 5000, 4, 1) has more than 20000 parameters" in refusal(huge)


def test_files_larger_than_are_checked(xor: bytes) -> None:
    assert refusal(bytes(MOST_BYTES + 1)) == (
        f"the file has {MOST_BYTES + 1} bytes, more than the {MOST_BYTES} that are checked"
    )
    header = b"[" + b"{}," * 1_500_000
    assert "its header has 4500001 bytes, more than the 4194304 that are read" in refusal(
        raw(header)
    )


@examples(15)
@given(st.floats(0.05, 0.49), st.floats(0, 0.04), st.integers(0, 7))
def test_the_region_of_a_row_is_widened_to_the_next_float_and_no_further(
    vil: float, vol: float, row: int
) -> None:
    exact_vil, exact_vol = Fraction(vil), Fraction(vol)
    margin = exact_vil - exact_vol
    for place, (low, high) in enumerate(checker._region(row, 3, exact_vil, exact_vol)):
        one = row >> (2 - place) & 1
        least, most = (1 - exact_vil, 1 + margin) if one else (-margin, exact_vil)
        assert low <= least < math.nextafter(low, 9)
        assert math.nextafter(high, -9) < most <= high
