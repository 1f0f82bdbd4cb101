"""The plugin as its users meet it: its gates, its steps, and the whole cipher by the examples of FIPS-197.

The S-boxes in the folder `gates` were trained by ``circuits train`` with seed 0. They are kept here, as training
takes half a minute; two tests, marked exhaustive, train them anew.
"""

from __future__ import annotations

import dataclasses
import re
import shlex
import shutil
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright import TrainedGate, load_plugins
from gatewright.circuits.verify.composition import certificate
from gatewright.cli.app import run
from gatewright.gates.spec import GateSpec
from gatewright.testing import check_plugin

HERE = Path(__file__).parent.parent
BOXES = ("aes-sbox", "aes-inverse-sbox")

if not entry_points(group="gatewright", name="aes"):
    pytest.skip(f"gatewright-aes is not installed: pip install {HERE}", allow_module_level=True)

field = pytest.importorskip("gatewright_aes.field")

# FIPS-197, figure 7: row x, column y is the S-box of xy.
FIGURE_7 = """
63 7c 77 7b f2 6b 6f c5 30 01 67 2b fe d7 ab 76
ca 82 c9 7d fa 59 47 f0 ad d4 a2 af 9c a4 72 c0
b7 fd 93 26 36 3f f7 cc 34 a5 e5 f1 71 d8 31 15
04 c7 23 c3 18 96 05 9a 07 12 80 e2 eb 27 b2 75
09 83 2c 1a 1b 6e 5a a0 52 3b d6 b3 29 e3 2f 84
53 d1 00 ed 20 fc b1 5b 6a cb be 39 4a 4c 58 cf
d0 ef aa fb 43 4d 33 85 45 f9 02 7f 50 3c 9f a8
51 a3 40 8f 92 9d 38 f5 bc b6 da 21 10 ff f3 d2
cd 0c 13 ec 5f 97 44 17 c4 a7 7e 3d 64 5d 19 73
60 81 4f dc 22 2a 90 88 46 ee b8 14 de 5e 0b db
e0 32 3a 0a 49 06 24 5c c2 d3 ac 62 91 95 e4 79
e7 c8 37 6d 8d d5 4e a9 6c 56 f4 ea 65 7a ae 08
ba 78 25 2e 1c a6 b4 c6 e8 dd 74 1f 4b bd 8b 8a
70 3e b5 66 48 03 f6 0e 61 35 57 b9 86 c1 1d 9e
e1 f8 98 11 69 d9 8e 94 9b 1e 87 e9 ce 55 28 df
8c a1 89 0d bf e6 42 68 41 99 2d 0f b0 54 bb 16
"""

# FIPS-197, appendix B: a state after each step of round 1.
START, SUBSTITUTED = 0x193DE3BEA0F4E22B9AC68D2AE9F84808, 0xD42711AEE0BF98F1B8B45DE51E415230
SHIFTED, MIXED = 0xD4BF5D30E0B452AEB84111F11E2798E5, 0x046681E5E0CB199A48F8D37A2806264C
ADDED = 0xA49C7FF2689F352B6B5BEA43026A5049

# FIPS-197, appendix A.1: the key of appendix B, and what it is expanded to.
KEY = 0x2B7E151628AED2A6ABF7158809CF4F3C
KEYS = (
    0xA0FAFE1788542CB123A339392A6C7605,
    0xF2C295F27A96B9435935807A7359F67F,
    0x3D80477D4716FE3E1E237E446D7A883B,
    0xEF44A541A8525B7FB671253BDB0BAD00,
    0xD4D1C6F87C839D87CAF2B8BC11F915BC,
    0x6D88A37A110B3EFDDBF98641CA0093FD,
    0x4E54F70E5F5FC9F384A64FB24EA6DC4F,
    0xEAD27321B58DBAD2312BF5607F8D292F,
    0xAC7766F319FADC2128D12941575C006E,
    0xD014F9A8C9EE2589E13F0CC8B6630CA6,
)

# FIPS-197, appendices B and C.1: key, plaintext, ciphertext.
EXAMPLES = (
    (KEY, 0x3243F6A8885A308D313198A2E0370734, 0x3925841D02DC09FBDC118597196A0B32),
    (
        0x000102030405060708090A0B0C0D0E0F,
        0x00112233445566778899AABBCCDDEEFF,
        0x69C4E0D86A7B0430D8CDB78070B4C55A,
    ),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own, in which the S-boxes are trained already."""
    folder = tmp_path_factory.mktemp("stores") / "store"
    shutil.copytree(HERE / "tests" / "gates", folder)
    return folder


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(store))
    monkeypatch.delenv("GATEWRIGHT_DISABLE_PLUGINS", raising=False)


def kept(store: Path, name: str) -> TrainedGate:
    gate = gw.Store(store).load(load_plugins().gate(name))
    assert gate is not None
    return gate


def neural(name: str, **parameters: Any) -> gw.TrainedCircuit:
    return gw.circuit(name, **parameters).train()


# The field and the table


def test_the_table_is_that_of_the_standard() -> None:
    assert bytes(field.SBOX) == bytes.fromhex(FIGURE_7)
    assert [field.INVERSE_SBOX[byte] for byte in field.SBOX] == list(range(256))


def test_inverses_are_inverse() -> None:
    assert field.inverse(0) == 0
    assert {field.times(a, field.inverse(a)) for a in range(1, 256)} == {1}


# The gates


def test_the_entry_point_gives_a_healthy_plugin() -> None:
    steps = ["sub-bytes", "shift-rows", "mix-columns", "add-round-key", "key-expansion"]
    circuits = ["aes", "aes-decrypt", *(f"aes-{step}" for step in steps)]
    assert check_plugin("aes").gives == {"gates": list(BOXES), "circuits": circuits}


@pytest.mark.parametrize(("name", "box"), [(BOXES[0], "SBOX"), (BOXES[1], "INVERSE_SBOX")])
def test_a_trained_gate_is_certified_and_exact_at_the_corners_of_every_box(
    store: Path, name: str, box: str
) -> None:
    """The datasheet says so of every point; here are the corners of some, and points between."""
    gate = kept(store, name)
    assert gate.datasheet is not None
    assert (gate.datasheet.noise_margin, gate.datasheet.vol) == (0.45, 0.0)
    assert run(["certificate", "check", str(store / f"{name}.safetensors")]) == 0
    generator = np.random.default_rng(0)
    wanted = (np.array(getattr(field, box))[:, None] >> np.arange(7, -1, -1)) & 1
    rows = gate.spec.table.patterns.astype(np.float64)
    for _ in range(200):
        off = 0.45 * np.sign(generator.uniform(-1, 1, rows.shape))
        for away in (off, off * generator.uniform(0, 1, rows.shape)):
            assert np.array_equal(gate.raw(rows + away), wanted)


@pytest.mark.exhaustive
def test_the_inverse_is_trained_and_certified_anew() -> None:
    """The S-box is by the README's commands."""
    gate = gw.train("aes-inverse-sbox")
    assert gate.datasheet is not None
    assert gate.datasheet.noise_margin == 0.45
    assert np.array_equal(gate.learned(), gate.spec.table.values)


# The steps


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("sub-bytes", START, SUBSTITUTED),
        ("shift-rows", SUBSTITUTED, SHIFTED),
        ("mix-columns", SHIFTED, MIXED),
    ],
)
def test_a_step_does_what_the_standards_example_shows(step: str, before: int, after: int) -> None:
    assert neural(f"aes-{step}").run(a=before) == {"y": after}
    assert neural(f"aes-{step}", direction="inverse").run(a=after) == {"y": before}


def test_a_round_key_is_added_as_the_standards_example_shows() -> None:
    assert neural("aes-add-round-key").run(a=MIXED, key=KEYS[0]) == {"y": ADDED}


def test_the_key_is_expanded_as_the_standards_example_shows() -> None:
    keys = neural("aes-key-expansion").run(key=KEY)
    assert keys == {f"key{number}": key for number, key in enumerate(KEYS, 1)}
    few = neural("aes-key-expansion", rounds=3).run(key=KEY)
    assert list(few.values()) == list(KEYS[:3])


# The cipher


@pytest.mark.parametrize(("key", "plaintext", "ciphertext"), EXAMPLES)
def test_the_cipher_gives_the_standards_examples(key: int, plaintext: int, ciphertext: int) -> None:
    assert neural("aes").run(key=key, plaintext=plaintext) == {"ciphertext": ciphertext}
    assert neural("aes-decrypt").run(key=key, ciphertext=ciphertext) == {"plaintext": plaintext}


@pytest.mark.parametrize("rounds", range(1, 10))
def test_fewer_rounds_are_the_reference_and_their_own_inverse(rounds: int) -> None:
    made = neural("aes", rounds=rounds)
    assert made.check(samples=64).outcome == "sampled"
    given = {"key": KEY, "plaintext": START}
    back = gw.circuit("aes-decrypt", rounds=rounds).run(key=KEY, **made.run(**given))
    assert back == {"plaintext": START}


@pytest.mark.parametrize("name", ["aes", "aes-decrypt"])
def test_the_whole_cipher_is_certified(name: str) -> None:
    made = neural(name)
    claim = certificate(made.circuit.netlist, made.gates)
    assert claim.outcome == "proved"
    assert claim.basis.startswith("NM 0.45, ")


@pytest.mark.parametrize(
    ("name", "parameters", "inputs"),
    [
        *(
            (f"aes-{step}", {"direction": way}, 128)
            for step in ("sub-bytes", "shift-rows", "mix-columns")
            for way in ("forward", "inverse")
        ),
        ("aes-add-round-key", {}, 256),
        ("aes-key-expansion", {"rounds": 1}, 128),
        ("aes", {"rounds": 1}, 256),
    ],
)
def test_a_step_is_proved_for_every_pattern(
    name: str, parameters: dict[str, Any], inputs: int
) -> None:
    trained, exact = neural(name, **parameters).certify().claims
    assert trained.outcome == "proved"
    assert exact.outcome == "proved"  # by decision diagrams, or by algebra
    assert exact.input_bits == inputs


def test_one_altered_weight_takes_the_certificate_away() -> None:
    made = neural("aes", rounds=1)
    gate = made.gates["aes-sbox"]
    theta = gate.theta.copy()
    theta[np.argmax(np.abs(theta))] *= 0.5
    altered = dataclasses.replace(gate, theta=theta)
    gates: dict[str, TrainedGate] = {**made.gates, "aes-sbox": altered}
    claim = certificate(made.circuit.netlist, gates)
    assert claim.outcome == "undecided"
    assert "the gate 'aes-sbox'" in claim.reason


def test_one_wrong_bit_of_the_table_is_found_out() -> None:
    gates = dict(load_plugins().gates)
    table = gates["aes-sbox"].table.flipped(0x53, "y0")
    gates["aes-sbox"] = GateSpec("aes-sbox", table)
    (claim,) = gw.verify(gw.circuit("aes", gates=gates, rounds=1), samples=4096).claims
    assert claim.outcome == "refuted"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("aes --rounds 0", "rounds=0 is not 1 to 10"),
        ("aes --rounds 11", "rounds=11 is not 1 to 10"),
        ("aes-sub-bytes --direction up", "direction=up is not forward or inverse"),
    ],
)
def test_what_does_not_fit_is_refused(
    words: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["compose", *words.split()]) == 2
    assert message in capsys.readouterr().err


# The page


def examples() -> list[tuple[str, list[str]]]:
    """Every circuits command of the README with the lines shown under it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (HERE / "README.md").read_text("utf-8"), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line:
                found[-1][1].append(line)
    return [each for each in found if each[0].startswith("circuits ")]


def takes_a_minute(command: str) -> bool:
    """Whether it trains the S-box, or proves the whole cipher."""
    return "train" in command or "--time-limit" in command


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        pytest.param(*each, marks=[pytest.mark.exhaustive] if takes_a_minute(each[0]) else [])
        for each in examples()
    ],
)
def test_the_readme_shows_what_happens(
    command: str,
    lines: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(shlex.split(command)[1:]) == 0
    printed = capsys.readouterr().out.splitlines()
    for line in lines:
        shown = re.escape(line).replace("…", ".*")  # … stands for anything
        if line.startswith("network "):  # other machines learn one of much the same size
            shown = re.sub(r"\d+", r"\\d+", shown)
        assert any(re.fullmatch(shown, each) for each in printed), line
