"""Numbers of thousands of digits, in and out: never a traceback."""

import json
from pathlib import Path

import pytest

from gatewright.circuits.verify.verdict import BusDifference, Claim, Counterexample
from gatewright.cli import output
from gatewright.cli.app import run
from gatewright.cli.circuits import claims

NINES = "9" * 5000


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a refused command says: one line, not a long one."""
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert len(err) < 500
    return err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["run", "ripple-adder", f"a={NINES}", "b=1"], "a=9999"),
        (["run", "ripple-adder", f"a=0x{NINES}", "b=1"], "does not fit 4 bits"),
        (["run", "ripple-adder", f"a={NINES}x", "b=1"], "is not a whole number"),
        (["run", "ripple-adder", "--bits", NINES], "is not 1 to 4096"),
        (["show", "ripple-adder", "--bits", "1e9999"], "bits=1e9999 is not 1 to 4096"),
        (["show", "multiplexer", "--ways", NINES], "is not 2 to 256"),
        (["equiv", "ripple-adder", "kogge-stone", f"cin={NINES}"], "cin=9999"),
        (["equiv", "ripple-adder", "kogge-stone", f"cin=0x{NINES}"], "does not fit 1 bits"),
        (["equiv", "ripple-adder", "kogge-stone", f"a={NINES}x"], "pairs no port"),
        (["verify", "ripple-adder", f"a={NINES}"], "is not a parameter"),
        (["compose", "ripple-adder", "--seed", NINES], "--seed"),
        (["noise", "ripple-adder", "--samples", NINES], "--samples"),
        (["noise", "ripple-adder", "--samples", str(10**12)], "is not in the range"),
        (["noise", "ripple-adder", "--noise", NINES], "a noise of inf cannot be added"),
        (["noise", "ripple-adder", "--noise", f"{NINES}x"], "is not a list of numbers"),
        (["noise", "ripple-adder", "--noise", ",".join(["0.1"] * 1001)], "has 1001 levels"),
        (["train", "xor", "--layers", NINES], "is not a list of whole numbers"),
        (["train", "xor", "--weight-bits", NINES], "is not a number of bits"),
        (["train", "xor", "--epochs", NINES], "--epochs"),
        (["predict", "xor", f"{NINES}", "0"], "is not a number"),
    ],
    ids=lambda given: given if isinstance(given, str) else given[0],
)
def test_what_comes_in_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], what: str
) -> None:
    assert what in told(capsys, *words)


def test_a_recipe_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for text, what in (
        (f"epochs = {NINES}", "Exceeds the limit (4300 digits)"),
        (f"layers = {'[' * 20_000}", "is nested too deeply"),
    ):
        file = tmp_path / "deep.toml"
        file.write_text(text)
        assert what in told(capsys, "train", "xor", "--recipe", str(file))


@pytest.mark.exhaustive
def test_a_wide_bus_comes_out_in_hexadecimal_digits(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, trained: Path
) -> None:
    bits = 14_400
    file = tmp_path / "wide.bench"
    ports = "\n".join(f"INPUT(a[{bit}])\nOUTPUT(y[{bit}])" for bit in range(bits))
    gates = "\n".join(f"y[{bit}] = BUFF(a[{bit}])" for bit in range(bits))
    file.write_text(f"{ports}\n{gates}\n")
    words = ["run", str(file), f"a=0x{'5' * (bits // 4)}", "--store", str(trained)]
    assert run(words) == 0
    assert capsys.readouterr().out == f"y=0x{'5' * (bits // 4)}\n"
    assert run([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["inputs"] == {"a": f"0x{'5' * (bits // 4)}"}
    assert found["outputs"] == {"y": f"0x{'5' * (bits // 4)}"}
    assert run(["run", str(file), "--store", str(trained)]) == 2
    assert f"give one from 0 to 2**{bits} - 1" in capsys.readouterr().err


def test_what_refutes_a_wide_claim(capsys: pytest.CaptureFixture[str]) -> None:
    wide = 10**4300
    found = Counterexample({"a": wide}, (BusDifference("y", wide, None),), "n", 1, 0.0)
    claim = Claim("a", "b", "sampled", 1, 16_000, "refuted", found, excluded=wide)
    text = "\n".join(claims.counterexample(claim, found))
    assert text.startswith(f"a differ at a={wide:#x}\n  y: wanted {wide:#x}, got no number\n")
    output.emit_json("claim", **claims.as_json(claim))
    said = json.loads(capsys.readouterr().out)
    assert said["excluded"] == said["counterexample"]["inputs"]["a"] == hex(wide)


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (MemoryError, "there is not enough memory for this"),
        (RecursionError, "something here is nested too deep to be followed"),
    ],
)
def test_the_last_net(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    what: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("gatewright.cli.circuit_words.elaborate", fail)
    assert what in told(capsys, "show", "ripple-adder")
