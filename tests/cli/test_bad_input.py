"""Every bad input: one clear line, the right exit code, nothing printed, nothing written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.strategies import few

if TYPE_CHECKING:
    from tests.conftest import Circuits

NO_CIRCUIT = "; as in ripple-adder --bits 4, or c17.bench; 'circuits list' names them all"
BAD = [
    # The command itself.
    ("frobnicate", 2, "No such command 'frobnicate'; run 'circuits --help'"),
    ("--frobnicate", 2, "No such option: --frobnicate; run 'circuits --help'"),
    ("gates --frobnicate", 2, "No such option: --frobnicate; run 'circuits gates --help'"),
    (
        "plugins again",
        2,
        "Got unexpected extra argument.*again.*; run 'circuits plugins --help'",
    ),
    ("gates --store", 2, "Option '--store' requires an argument; run 'circuits.*--help'"),
    # Gates.
    ("gates xro", 3, "no gate 'xro'; did you mean 'xor'?"),
    ("gates zzzz", 3, "no gate 'zzzz'; run 'circuits gates' to see them all"),
    ("gates ''", 3, "no gate ''; run 'circuits gates' to see them all"),
    ("train xro", 3, "no gate 'xro'; did you mean 'xor'?"),
    ("train xor haf-adder", 3, "no gate 'haf-adder'; did you mean 'half-adder'?"),
    ("predict xro 0 1", 3, "no gate 'xro'; did you mean 'xor'?"),
    # Training.
    (
        "train",
        2,
        "name the gates to train, or give --all; as in 'circuits train xor' or 'circuits train \"a & b | ~c\"'",
    ),
    ("train xor --all", 2, "gates are named and --all is given; give one or the other"),
    ("train xor --layers 100000", 2, "a network of 400001 parameters is not a small one; .*"),
    ("compose equality --samples 99999999999", 2, "Invalid value for '--samples': .*"),
    ("gates XOR", 3, "no gate 'XOR'; did you mean 'xor'?"),
    ("train xor --layers 0", 2, "a network of layers 2, 0, 1 cannot be built; give one or more.*"),
    ("train xor --layers 4,-1", 2, "a network of layers 2, 4, -1, 1 cannot be built; .*"),
    (
        "train xor --smallest --layers 2",
        2,
        "only a gate that restores its inputs is made as small as can be; .*",
    ),
    ("train xor --layers x", 2, "--layers x is not a list of whole numbers; as in --layers 4,4.*"),
    ("train xor --layers 4,,4", 2, "--layers 4,,4 is not a list of whole numbers; .*"),
    ("train xor --layers ''", 2, "--layers  is not a list of whole numbers; .*"),
    ("train xor --layers 2.5", 2, "--layers 2.5 is not a list of whole numbers; .*"),
    ("train xor --lr nan", 2, "a learning rate of nan cannot be used; give a positive number.*"),
    ("train xor --lr inf", 2, "a learning rate of inf cannot be used; .*"),
    ("train xor --lr -1", 2, "a learning rate of -1.0 cannot be used; .*"),
    ("train xor --lr 0", 2, "a learning rate of 0.0 cannot be used; .*"),
    ("train xor --lr fast", 2, "Invalid value for '--lr': 'fast' is not a valid float; .*"),
    ("train xor --epochs 0", 2, "0 epochs cannot teach anything; give at least 1.*"),
    ("train xor --epochs 2.5", 2, "Invalid value for '--epochs': '2.5' is not a valid int.*"),
    ("train xor --restarts 0", 2, "0 restarts cannot be run; give 1 to .*"),
    ("train xor --restarts 1000000", 2, "1000000 restarts cannot be run; give 1 to .*"),
    (
        "train xor --seed -1",
        2,
        "Invalid value for '--seed': -1 is not in the range 0<=x<=1844.*",
    ),
    # Predictions.
    ("predict", 2, "Missing argument 'GATE'; run 'circuits predict --help'"),
    ("predict xor", 2, "Missing argument 'INPUT...'; run 'circuits predict --help'"),
    (
        "predict xor 1",
        2,
        "gate 'xor' takes 2 inputs (a, b), not 1; as in circuits predict xor 1 1",
    ),
    (
        "predict full-adder 1 0 1 0",
        2,
        "gate 'full-adder' takes 3 inputs (a, b, cin), not 4; .* full-adder 1 1 1",
    ),
    ("predict xor 0 x", 2, "'x' is not a number; give 0, 1 or anything near, such as 0.2"),
    ("predict xor 0 nan", 2, "'nan' is not a number; .*"),
    ("predict xor inf 0", 2, "'inf' is not a number; .*"),
    ("predict xor 0 --bits", 2, "'--bits' is not a number; .*"),
    # Naming a circuit.
    ("compose", 2, "Missing argument .*; run 'circuits compose --help'"),
    ("run", 2, "Missing argument .*; run 'circuits run --help'"),
    ("export", 2, "Missing argument .*; run 'circuits export --help'"),
    ("compose --bits 4", 2, f"no circuit named{NO_CIRCUIT}"),
    ("run a=1 b=2", 2, f"no circuit named{NO_CIRCUIT}"),
    (
        "compose ripple-adder equality",
        2,
        f"name one circuit, not 2: ripple-adder equality{NO_CIRCUIT}",
    ),
    ("compose ripple-addr", 3, "no circuit 'ripple-addr'; did you mean 'ripple-adder'?"),
    ("run ripple-addr a=1", 3, "no circuit 'ripple-addr'; did you mean 'ripple-adder'?"),
    ("export zzzz", 3, "no circuit 'zzzz'; run 'circuits list' to see them all"),
    ("compose full-ader", 3, "no circuit 'full-ader'; did you mean the gate 'full-adder'?"),
    ("train riple-adder", 3, "no gate 'riple-adder'; did you mean the circuit 'ripple-adder'?"),
    (
        "predict ripple-adder 0 1",
        3,
        "no gate 'ripple-adder': it is a circuit; 'circuits train ripple-adder' trains its gates, "
        "'circuits show ripple-adder' lists them",
    ),
    # Its parameters.
    ("compose ripple-adder --bits 0", 2, "bits=0 is not 1 to 4096; for example --bits 4"),
    ("compose ripple-adder --bits -3", 2, "bits=-3 is not 1 to 4096; for example --bits 4"),
    ("compose ripple-adder --bits 4097", 2, "bits=4097 is not 1 to 4096; for example --bits 4"),
    ("compose ripple-adder --bits abc", 2, "bits=abc is not 1 to 4096; for example --bits 4"),
    ("compose ripple-adder --bits 4.5", 2, "bits=4.5 is not 1 to 4096; for example --bits 4"),
    ("compose ripple-adder --bits", 2, "--bits needs a value; as in --bits 4"),
    ("compose ripple-adder --bits=", 2, "--bits needs a value; as in --bits 4"),
    (
        "compose ripple-adder --bits --from half-adders",
        2,
        "--bits needs a value; as in --bits 4",
    ),
    ("compose ripple-adder --bits 4 --bits 5", 2, "--bits is given twice; give it once"),
    (
        "compose ripple-adder --from nands",
        2,
        "from=nands is not full-adders or half-adders; for example --from full-adders",
    ),
    (
        "compose ripple-adder --bit 4",
        2,
        "there is no option --bit: neither this command nor ripple-adder has one; did you mean --bits?",
    ),
    (
        "export equality --depth 4",
        2,
        "there is no option --depth: neither this command nor equality has one; equality takes --bits",
    ),
    (
        "compose ripple-adder a=3",
        2,
        "'a=3' is not a parameter; parameters are given as --a 3; 'circuits run' takes bus values",
    ),
    ("export ripple-adder a=3", 2, "'a=3' is not a parameter; .*"),
    ("compose ripple-adder --samples 0", 2, "Invalid value for '--samples': 0 is not in .*"),
    ("compose ripple-adder --signal loud", 2, "Invalid value for '--signal': 'loud' is not one.*"),
    # Values of its buses.
    ("run ripple-adder --bits 8 a=256 b=1", 2, "a=256 does not fit 8 bits; give 0 to 255"),
    ("run ripple-adder --bits 8 a=-1 b=1", 2, "a=-1 does not fit 8 bits; give 0 to 255"),
    ("run ripple-adder a=1 b=2 cin=2", 2, "cin=2 does not fit 1 bit; give 0 to 1"),
    (
        "run ripple-adder --bits 70 a=0x1000000000000000000 b=0",
        2,
        "a=0x1000000000000000000 does not fit 70 bits; give 0 to 2**70 - 1",
    ),
    (
        "run ripple-adder a=x b=1",
        2,
        "a=x is not a whole number; as in a=5, a=0x5 or a=0b101",
    ),
    ("run ripple-adder a= b=1", 2, "a= is not a whole number; .*"),
    ("run ripple-adder a=1.5 b=1", 2, "a=1.5 is not a whole number; .*"),
    ("run ripple-adder a=1", 2, "input 'b' has no value; give one from 0 to 15, as in b=1"),
    ("run ripple-adder", 2, "input 'a' has no value; give one from 0 to 15, as in a=1"),
    (
        "run ripple-adder a=1 b=2 ci=3",
        2,
        "circuit 'ripple-adder' has no input 'ci'; did you mean cin=?",
    ),
    (
        "run ripple-adder a=1 b=2 zzz=3",
        2,
        "circuit 'ripple-adder' has no input 'zzz'; its inputs are a, b, cin",
    ),
    ("run ripple-adder a=1 a=2 b=1", 2, "a is given twice; give it once"),
    # Files and stores; FILE is a file, and nothing can be made under /proc.
    ("gates --store FILE", 2, "the store FILE is not a folder; name another folder with --store.*"),
    ("gates xor --store FILE", 2, "the store FILE is not a folder; .*"),
    ("train xor --store FILE", 2, "the store FILE is not a folder; .*"),
    ("train xor --store FILE/inside", 2, "the store FILE/inside is not a folder; .*"),
    ("predict xor 0 1 --store FILE", 2, "the store FILE is not a folder; .*"),
    ("compose ripple-adder --store FILE", 2, "the store FILE is not a folder; .*"),
    ("run ripple-adder a=1 b=1 --store FILE", 2, "the store FILE is not a folder; .*"),
    ("train xor --store /proc/gates", 2, "the store /proc/gates cannot be written to: .*"),
    ("train --all --store /proc/gates", 2, "the store /proc/gates cannot be written to: .*"),
    ("predict xor 0 1 --store /proc/gates", 2, "the store /proc/gates cannot be written to: .*"),
    ("compose equality --store /proc/gates", 2, "the store /proc/gates cannot be written to: .*"),
    ("export equality --out FILE", 2, "FILE exists; name another file, or give --force.*"),
    ("export equality --out FOLDER", 2, "FOLDER is a folder; name a file"),
    ("export equality --out FOLDER --force", 2, "FOLDER is a folder; name a file"),
    ("export equality --out /proc/e.blif", 2, "/proc/e.blif cannot be written: .*"),
    ("export equality --out FOLDER/no/e.blif", 2, "FOLDER/no/e.blif cannot be written: .*"),
    ("export equality --out FILE/e.blif", 2, "FILE/e.blif cannot be written: .*"),
]


def pattern(message: str) -> str:
    """A regular expression of a message in which ``.*`` stands for anything and all else for itself."""
    return ".*".join(map(re.escape, message.split(".*")))


ASKED = [(*bad, json) for json in (False, True) for bad in BAD]
"""Each as text and in JSON; the ordinary run asks for few of them in JSON."""


@pytest.mark.parametrize(
    ("words", "code", "message", "json"),
    few(ASKED, *range(len(BAD)), *range(len(BAD), len(ASKED), 12)),
    ids=[f"{words}-{'json' if json else 'text'}" for words, *_, json in ASKED],
)
def test_is_refused(
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    code: int,
    message: str,
    json: bool,
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "file").write_text("mine")
    monkeypatch.chdir(folder)
    for name, path in (("FILE", folder / "file"), ("FOLDER", folder)):
        words, message = words.replace(name, str(path)), message.replace(name, str(path))
    asked = shlex.split(words)
    outcome = circuits(*asked[:1], "--json", *asked[1:]) if json and asked else circuits(*asked)
    assert outcome.out == ""
    (line,) = outcome.err.splitlines()
    assert re.fullmatch(pattern(f"circuits: {message}"), line), line
    assert outcome.code == code
    assert not (tmp_path / "store").exists()
    assert [path.name for path in folder.iterdir()] == ["file"]
    assert (folder / "file").read_text() == "mine"


def test_an_unknown_plugin_to_switch_off_is_no_matter(
    circuits: Circuits, only_built_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWRIGHT_DISABLE_PLUGINS", f"no-such-plugin,,{only_built_in}")
    code, out, err = circuits("plugins")
    assert (code, err) == (0, "next: circuits gates\n")
    assert "no-such-plugin" not in out


def test_a_disk_that_is_full_is_one_line(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, out, err = circuits("train", "not")
    assert (code, out) == (2, "")
    assert err.startswith(
        f"circuits: the store {tmp_path / 'store'} cannot be written to: No space"
    )
    assert list((tmp_path / "store").iterdir()) == []


def test_ctrl_c_before_any_command_is_one_line(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("typer.main.get_command", interrupted)
    code, out, err = circuits("list")
    assert (code, out) == (130, "")
    assert err == "circuits: interrupted; nothing was left half-written\n"


def test_an_error_of_the_system_is_one_line(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error", "/dev/disk")

    monkeypatch.setattr("gatewright.plugins.manager.load_plugins", failing)
    assert circuits("list") == (2, "", "circuits: Input/output error: /dev/disk\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["compare", "and", "--layers", "2", "--layers", "3"],
            "--layers is given twice; give it once, with ';' between, as in --layers 'N;N,N'",
        ),
        (
            ["compare", "and", "--optimisers", "gd", "--optimisers=lm"],
            "--optimisers is given twice; give it once, with ',' between, as in --optimisers NAME,NAME",
        ),
        (["train", "and", "--seed", "1", "--seed=2"], "--seed is given twice; give it once"),
        (
            ["train", "and", "--init", "he", "--start", "glorot"],
            "--init is given twice; give it once",
        ),
        (
            ["noise", "half-adder", "--store", "a", "--store", "b"],
            "--store is given twice; give it once",
        ),
        (
            ["compare", "and", "--layers", "none,2"],
            "--layers none,2 is not a list of whole numbers; ';' separates alternatives, in quotes: "
            "--layers 'none;4;2,4'",
        ),
    ],
)
def test_one_value_is_given_once(circuits: Circuits, words: list[str], told: str) -> None:
    assert circuits(*words) == (2, "", f"circuits: {told}\n")


def test_what_may_be_given_twice(circuits: Circuits) -> None:
    """Flags, and options that take several values."""
    words = ["list", "--json", "--json"]
    assert circuits(*words).code == 0
    help_page = circuits("compare", "--help").out
    assert "'N;N,N'" in help_page
    assert "usually '2;4;2,4'" in " ".join(help_page.split())
