"""The help page, and that everything it promises runs."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.strategies import few

from gatewright.cli.app import build, function_at, main
from gatewright.cli.commands import COMMANDS
from gatewright.cli.play.server import Server

if TYPE_CHECKING:
    from tests.conftest import Circuits

NAMES = [name for _, name, *_ in COMMANDS]
LONG = {"compare", "reproduce", "library", "map", "noise", "report", "verify", "draw", "play"}
"""Commands whose examples take a second or more; their own tests run them with less to do."""
EXAMPLES = {name: shlex.split(example)[1:] for _, name, _, example, _ in COMMANDS}


@pytest.fixture
def files(circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files that the examples name: rows of a sum's carry, and a circuit."""
    monkeypatch.chdir(tmp_path)
    rows = [(a, b) for a in range(8) for b in range(8)]
    lines = [",".join([*f"{a:03b}{b:03b}", str((a + b) >> 3)]) for a, b in [*rows, *rows]]
    for name in ("examples.csv", "held-out.csv"):
        Path(name).write_text("\n".join(["a2,a1,a0,b2,b1,b0,carry", *lines]), encoding="utf-8")
    made = "INPUT(a2)\nINPUT(a1)\nINPUT(a0)\nINPUT(b2)\nINPUT(b1)\nINPUT(b0)\nOUTPUT(carry)\n"
    Path("c.bench").write_text(f"{made}carry = AND(a2, b2)\n", encoding="utf-8")
    assert circuits("export", "c.bench", "--out", "learned.aig")[0] == 0


@pytest.mark.parametrize("words", [["--help"], []])
def test_help_shows_commands_by_group_with_an_example_each(
    circuits: Circuits, words: list[str]
) -> None:
    code, out, err = circuits(*words)
    assert (code, err) == (0, "")
    for group, name, place, example, summary in COMMANDS:
        assert (function_at(place).__doc__ or "").splitlines()[0] == summary
        section = out.partition(f"\n{group.capitalize()}:\n")[2].partition("\n\n")[0]
        lines = section.splitlines()
        (start,) = (at for at, line in enumerate(lines) if line.split()[0] == name)
        assert " ".join(lines[start].split()[1:]) == summary
        assert lines[start + 1].strip() == f"$ {example}"
    assert max(map(len, out.splitlines())) <= 80


def test_the_groups_are_these() -> None:
    groups = list(dict.fromkeys(group for group, *_ in COMMANDS))
    assert groups[:2] == ["gates", "circuits"]
    assert {"gates", "train", "predict", "list", "compose", "run", "export", "plugins"} <= set(
        NAMES
    )


def test_a_command_that_runs_does_not_wait_for_the_others() -> None:
    assert [each.name for each in build(["train"]).registered_commands] == ["train"]
    assert [each.name for each in build([]).registered_commands] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(circuits: Circuits, name: str) -> None:
    code, out, err = circuits(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: circuits {name} ")
    assert f"Example: circuits {' '.join(EXAMPLES[name])}" in re.sub(r"\s+", " ", out)


@pytest.mark.usefixtures("trained", "files")
@pytest.mark.parametrize(
    "name",
    few(NAMES, *(place for place, name in enumerate(NAMES) if name not in LONG)),
)
def test_every_example_runs(
    circuits: Circuits, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert EXAMPLES[name][0] == name
    skip_without_yosys(name)
    if name == "learn":
        Path("learned.aig").unlink()
    if name == "play":  # it serves until it is told to end
        monkeypatch.setattr(Server, "serve_forever", ended)
        monkeypatch.setattr(webbrowser, "open", lambda _: True)
    words = EXAMPLES[name]
    if name == "compare":
        words = ["2" if word == "50" else word for word in words]  # of fifty starts, two,
        words += ["--epochs", "50"]  # and not to their ends
    code, out, err = circuits(*words)
    assert code == 0, err
    assert out
    assert "\x1b" not in out + err
    widest = max(map(len, out.replace(str(tmp_path), "").splitlines()))
    assert widest <= (82 if name == "report" else 80)  # a claim on datasheets takes 82


def ended(_: Server, **__: float) -> None:
    """What Ctrl-C does to a page that is served."""
    raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def handed_in(tmp_path: Path) -> None:
    """What a class handed in, where an example grades it."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    adder = (Path(__file__).parents[2] / "circuits" / "ripple-adder-4.blif").read_text()
    (folder / "ann.blif").write_text(adder)


def skip_without_yosys(name: str) -> None:
    if name == "map" and shutil.which("yosys") is None:
        pytest.skip("there is no yosys to map with")


# The same commands with less to do, where the example takes seconds.
SHORTER = {
    "compare": ["compare", "xor", "--optimisers", "lm", "--layers", "2", "--seeds", "3"],
    "reproduce": ["reproduce", "first-bit"],
    "noise": ["noise", "ripple-adder", "--bits", "2", "--samples", "100"],
    "verify": ["verify", "ripple-adder", "--bits", "4"],
    "report": ["report", "ripple-adder", "--bits", "2", "--out", "r.html"],
    "draw": ["draw", "ripple-adder", "--bits", "2"],
    "play": ["play", "xor", "--export", "play.html"],
    "library": ["library", "build", "npn2"],
    "learn": ["learn", "examples.csv", "--learner", "tree"],
}


@pytest.mark.usefixtures("trained", "files")
@pytest.mark.parametrize(
    "name", few(NAMES, *(place for place, name in enumerate(NAMES) if name != "map"))
)
def test_every_command_in_json_is_one_object(
    circuits: Circuits, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    skip_without_yosys(name)
    code, out, _ = circuits(*SHORTER.get(name, EXAMPLES[name]), "--json")
    document = json.loads(out)
    assert code == 0
    assert isinstance(document, dict)
    assert re.fullmatch(r"gatewright/[a-z-]+/\d+", document["schema"])


@pytest.mark.usefixtures("only_built_in")
def test_the_console_script_exits_with_the_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, code in ((["--help"], 0), (["gates", "xro"], 3)):
        monkeypatch.setattr("sys.argv", ["circuits", *words])
        with pytest.raises(SystemExit) as caught:
            main()
        assert caught.value.code == code
    assert capsys.readouterr().err.startswith("circuits: no gate 'xro'")


def test_a_closed_standard_output(tmp_path: Path) -> None:
    command = f'{sys.executable} -c "from gatewright.cli.app import main; main()" gates >&-'
    done = subprocess.run(command, shell=True, capture_output=True, text=True)  # noqa: S602 - to close it
    assert (done.returncode, done.stderr) == (2, "circuits: standard output is closed\n")


def test_a_real_process(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from gatewright.cli.app import main; main()"]
    done = subprocess.run(
        [*command, "compose", "ripple-adder", "--bits", "2", "--store", str(tmp_path / "new")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "trained gates = integer reference: proved exhaustively (32 of 32)" in done.stdout
    assert "training full-adder: not yet in" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["full-adder.safetensors"]
    wrong = subprocess.run([*command, "gates", "xro"], capture_output=True, text=True)
    assert (wrong.returncode, wrong.stdout) == (3, "")
    assert wrong.stderr.splitlines()[-1] == "circuits: no gate 'xro'; did you mean 'xor'?"


def test_help_imports_nothing_heavy(only_built_in: str) -> None:
    code = (
        "import sys; from gatewright.cli.app import run; run(['--help']);"
        "print([m for m in ('numpy', 'networkx', 'rich', 'safetensors') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def run_python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding=environment.get("PYTHONIOENCODING"),
    )


def test_no_sentence_is_cut_off(circuits: Circuits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    told = circuits("--help").out
    commands = [line for line in told.splitlines() if line.startswith("  ") and "$" not in line]
    assert len(commands) > 25
    assert not [line for line in commands if line.endswith("...") or len(line) > 80]


def test_help_can_be_asked_for_shortly(circuits: Circuits) -> None:
    assert circuits("-h").out == circuits("--help").out
    assert circuits("train", "-h").out == circuits("train", "--help").out


def test_the_package_is_a_command() -> None:
    done = run_python("-m", "gatewright", "--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "gatewright")


def test_what_an_encoding_lacks_is_replaced() -> None:
    done = run_python("-m", "gatewright", "gates", "xor", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "?" in done.stdout  # in place of the lines of the table


def test_completion_can_be_installed() -> None:
    done = run_python("-m", "gatewright", "--show-completion", "bash")
    assert done.returncode == 0
    assert "COMPREPLY" in done.stdout


def test_ctrl_c_while_it_is_imported_is_one_line() -> None:
    script = (
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from gatewright.__main__ import main\n"
        "main()\n"
    )
    done = run_python("-c", script)
    assert (done.returncode, done.stderr) == (
        130,
        "circuits: interrupted; nothing was left half-written\n",
    )
