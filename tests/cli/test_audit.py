"""``circuits audit``, by the folder that it writes and what its checker says."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.circuits.audit import check

if TYPE_CHECKING:
    from tests.conftest import Circuits

CIRCUITS = Path(__file__).parents[2] / "circuits"


@pytest.fixture(autouse=True)
def _with_gates(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIRCUITS_STORE", str(store))


def checked(folder: Path) -> tuple[int, str, str]:
    """What the checker says, run as a stranger would: nothing of ours can be imported."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check.py"], cwd=folder, capture_output=True, text=True
    )
    return done.returncode, done.stdout.splitlines()[-1], done.stderr


@pytest.fixture(scope="module")
def adder(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit of an adder of 16 bits, to be read only."""
    from gatewright.cli.app import run

    out = tmp_path_factory.mktemp("audits") / "adder"
    words = ["audit", "ripple-adder", "--bits", "16", "--out", str(out), "--store", str(store)]
    assert run(words) == 0
    return out


def test_a_stranger_can_check_it(adder: Path) -> None:
    assert {each.name for each in adder.iterdir()} == {
        *("check.py", "circuit.blif", "claim.json", "claim.txt", "gates.json", "proof.pac"),
    }
    assert checked(adder) == (0, "holds: all that claim.txt says", "")
    claim = (adder / "claim.txt").read_text()
    assert "For all 2^33 inputs, by a certificate in the practical algebraic calculus:" in claim
    assert "    {cout, sum} = a + b + cin\n" in claim
    assert "circuit.blif has 16 instances of full-adder. With VIL = 0.45 and VOL = 0.0" in claim


def test_wires_alone_have_no_gates_to_name(circuits: Circuits, tmp_path: Path) -> None:
    (tmp_path / "wire.bench").write_text("INPUT(a)\nOUTPUT(a)\n")
    out = tmp_path / "audit"
    assert circuits("audit", tmp_path / "wire.bench", "--out", out).code == 0
    assert checked(out)[0] == 0
    assert "circuit.blif has 0 instances of any gate. With" in (out / "claim.txt").read_text()


@pytest.mark.parametrize(
    "name", ["gates.json", "circuit.blif", "claim.json", "claim.txt", "proof.pac"]
)
def test_a_file_that_is_gone_or_damaged_is_refused(
    adder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = Path(shutil.copytree(adder, tmp_path / "copy"))
    data = (folder / name).read_bytes()
    for damaged in (
        b"",
        data[: len(data) // 2],
        b"\xff\x00" * 9,
        data + b"\x1b[31m",
        b"[" * 99_999,
    ):
        (folder / name).write_bytes(damaged)
        assert check.main([str(folder)]) == 1
        said, errors = capsys.readouterr()
        assert errors == ""
        assert said.startswith("refused: ")
        assert said.rstrip("\n").isprintable()
    (folder / name).unlink()
    (folder / name).mkdir()
    code, said, errors = checked(folder)
    assert (code, errors, said[:9]) == (1, "", "refused: ")


def test_another_claim_is_refused(adder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(adder, tmp_path / "copy"))
    text = (folder / "claim.txt").read_text()
    (folder / "claim.txt").write_text(text.replace("a + b + cin", "a + b - cin"))
    assert checked(folder)[:2] == (1, "refused: claim.txt is not what was found to hold")


def test_there_is_nothing_to_check(tmp_path: Path) -> None:
    from gatewright.circuits.audit import check

    assert check.main([str(tmp_path / "nowhere")]) == 1


def test_a_file_claims_its_netlist_alone_or_what_is_said(
    circuits: Circuits, tmp_path: Path
) -> None:
    c17, out = str(CIRCUITS / "c17.blif"), tmp_path / "audit"
    code, said, err = circuits("audit", c17, "--out", out)
    assert code == 0
    assert "Nothing is claimed." in said
    assert "no specification: --spec 'a + b' says what outputs should be" in said
    assert f"python {out / 'check.py'}" in err
    assert checked(out)[0] == 0
    code, _, err = circuits("audit", c17, "--out", out)
    assert code == 2
    assert "holds an audit; name another folder, or give --force" in err
    adder = str(CIRCUITS / "ripple-adder-4.blif")
    code, said, _ = circuits("audit", adder, "--spec", "a + b + cin", "--out", out, "--force")
    assert code == 0
    assert "{cout, sum} = a + b + cin" in said
    assert checked(out)[0] == 0
    assert sorted(each.name for each in out.iterdir() if each.name.startswith("p")) == [
        "patterns.json"
    ]


def test_the_order_of_outputs_is_found(circuits: Circuits, tmp_path: Path) -> None:
    out = tmp_path / "audit"
    code, said, _ = circuits("audit", "full-adder", "--spec", "a + b + cin", "--out", out, "--json")
    found = json.loads(said)
    assert (code, found["specification"]) == (0, ["{cout, sum} = a + b + cin"])
    assert set(found["files"]) == {each.name for each in out.iterdir()}
    assert found["claim"] == (out / "claim.txt").read_text()


HARD = [
    "wallace-multiplier",
    "--spec",
    "product = a * b ^ 0",
    "--bits",
    "16",
    "--time-limit",
    "0.1",
]
"""What no way proves in that time."""


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["counter"], 2, "an audit is of circuits without registers and memories; 'circuits cut'"),
        (["ripple-adder", "--spec", "a + b"], 1, "is not what its specification says, as at a="),
        (["ripple-adder", "--bits", "4", "--spec", "a * b"], 1, "sum is "),
        (
            ["ripple-adder", "--bits", "1", "--spec", "{cout, sum} = a + b"],
            1,
            "sum is 0, not 1; cout is 1, not 0",
        ),
        (["ripple-adder", "--spec", "sum = min(a, b)"], 2, "unknown here, 'min'; it takes"),
        (["ripple-adder", "--spec", "sum = not a"], 2, "has the word 'not'; write == 0 instead"),
        (["ripple-adder", "--spec", "a where a < len(b)"], 2, "unknown here, 'len'; it takes"),
        (["ripple-adder", "--spec", "{cout, sum} == a + b"], 2, "left of a single =, as in '{cout"),
        (["ripple-adder", "--spec", "a +"], 2, "'a +' is not an expression of Python"),
        (["ripple-adder", "--spec", "q = a"], 2, "'q' does not say which outputs are meant"),
        (["ripple-adder", "a=3"], 2, "a=3"),
        (HARD, 4, "no proof by clauses"),
        (HARD, 4, "nor by algebra ("),
        (HARD, 4, "(of 32 inputs, and "),
        (HARD, 4, "file without --spec"),
        ([*HARD[:3], "--bits", "10", "--time-limit", "0"], 4, "(which takes about "),
    ],
)
def test_what_cannot_be_audited(
    circuits: Circuits, tmp_path: Path, words: list[str], code: int, message: str
) -> None:
    out = tmp_path / "audit"
    found, said, err = circuits("audit", *words, "--out", out)
    assert (found, said) == (code, "")
    assert message in err
    assert not out.exists()


@pytest.mark.parametrize(
    "text", ["{cout,sum}=a + b + cin", " { cout , sum } =a + b + cin", "{cout, sum} = a + b + cin"]
)
def test_blanks_of_a_specification_do_not_count(
    circuits: Circuits, tmp_path: Path, text: str
) -> None:
    words = ("audit", "ripple-adder", "--bits", "2", "--spec", text, "--out", tmp_path / "a")
    assert "    {cout, sum} = a + b + cin\n" in circuits(*words).out
    assert checked(tmp_path / "a")[0] == 0


def test_parts_of_the_outputs_may_be_left_out(circuits: Circuits, tmp_path: Path) -> None:
    words = ("audit", "ripple-adder", "--bits", "2", "--spec", "sum=a + b + cin")
    assert circuits(*words, "--out", tmp_path / "a").code == 0
    assert "  Nothing is said of output cout.\n" in (tmp_path / "a" / "claim.txt").read_text()
    assert checked(tmp_path / "a")[0] == 0


def test_a_folder_that_holds_other_things_is_left_alone(circuits: Circuits, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    code, _, err = circuits("audit", "xor", "--out", tmp_path, "--force")
    assert code == 2
    assert "holds other things, as thesis.txt; name another folder" in err
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]
    code, _, err = circuits("audit", "xor", "--out", tmp_path / "thesis.txt")
    assert (code, "is a file; name a folder" in err) == (2, True)
    code, _, err = circuits("audit", "xor", "--out", tmp_path / "no" / "audit")
    assert (code, "there is no folder" in err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("multiplexer", "--ways", "16", "--spec", "y = i0 if select == 0 else i1 where select < 2"),
        ("ripple-adder", "--bits", "10", "--spec", "{cout, sum} = a + b + cin where a < 10"),
        ("kogge-stone", "--bits", "8", "--spec", "{cout, sum} = a + b + cin where a < 10"),
    ],
)
def test_what_holds_in_few_places_of_many_inputs_is_proved_by_clauses(
    circuits: Circuits, tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, out, err = circuits("audit", *words, "--out", tmp_path / "a")
    assert code == 0, err
    assert "by a refutation whose clauses follow" in " ".join(out.split())
    done = subprocess.run(
        [sys.executable, tmp_path / "a" / "check.py"], capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith("holds: all that claim.txt says\n")


@pytest.mark.parametrize(
    ("bits", "where"), [("2", "a > 3"), ("16", "cin > 1"), ("8", "a < 0"), ("8", "1 < 0")]
)
def test_a_specification_that_holds_nowhere_is_refused(
    circuits: Circuits, tmp_path: Path, bits: str, where: str
) -> None:
    words = ("audit", "ripple-adder", "--bits", bits, "--spec", f"a + b + cin where {where}")
    assert circuits(*words, "--out", tmp_path / "a") == (
        2,
        "",
        f"circuits: no input is where {where}, so nothing would be claimed; "
        "give another condition after 'where', or none\n",
    )
    assert not (tmp_path / "a").exists()
