"""How commands print: colours, widths, progress, and words in any order."""

from __future__ import annotations

import errno
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatewright.cli import circuit_words, output, session
from gatewright.cli.output import progress as bars
from gatewright.errors import UsageError
from gatewright.learn.network import Architecture
from gatewright.plugins.manager import Plugins
from gatewright.version import VERSION

if TYPE_CHECKING:
    from tests.conftest import Circuits

ESCAPE = "\x1b"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Both streams say that they are a terminal."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)


@pytest.mark.usefixtures("trained", "terminal")
@pytest.mark.parametrize(
    ("words", "code", "coloured"),
    [
        (("compose", "ripple-adder", "--bits", "1"), 0, "out err"),
        (("gates", "xor"), 0, "out err"),
        (("gates", "xro"), 3, "err"),
        (("plugins", "--no-such"), 2, "err"),
    ],
)
def test_colours_on_a_terminal_unless_the_user_wants_none(
    circuits: Circuits,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    coloured: str,
) -> None:
    bright = circuits(*words)
    assert bright.code == code
    assert (ESCAPE in bright.out, ESCAPE in bright.err) == ("out" in coloured, "err" in coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = circuits(*words)
    assert plain.code == code
    assert ESCAPE not in plain.out + plain.err
    assert plain.err.splitlines()[-1] in bright.err


@pytest.mark.usefixtures("trained")
def test_no_escapes_where_output_is_piped(circuits: Circuits, plugins: Plugins) -> None:
    for words in (["gates"], ["list"], ["plugins"], ["--help"], ["gates", "xro"], ["train"]):
        outcome = circuits(*words)
        assert ESCAPE not in outcome.out + outcome.err, words


@pytest.mark.usefixtures("trained")
def test_tables_fit_eighty_columns(circuits: Circuits, plugins: Plugins, tmp_path: Path) -> None:
    asked = [["gates"], ["list"], ["plugins"]]
    asked += [["gates", name] for name in plugins.gates]
    asked += [["train", name] for name in ("not", "full-adder")]
    for spec in plugins.gates.values():
        asked.append(["predict", spec.name, *("1" for _ in spec.table.inputs)])
    for words in asked:
        code, out, _ = circuits(*words)
        assert code == 0
        for line in out.replace(str(tmp_path), "").splitlines():
            assert len(line) <= 80, line


class Clock:
    """Time that passes only when it is told to."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.mark.usefixtures("trained", "terminal")
def test_a_progress_bar_is_drawn_on_standard_error_alone(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    words = ("compose", "ripple-adder", "--bits", "5")
    quiet = circuits(*words)
    assert "checking" not in quiet.err
    monkeypatch.setattr(bars, "PATIENCE", -1.0)
    slow = circuits(*words)
    assert slow.out == quiet.out
    assert "checking" in slow.err
    assert "100 %" in slow.err
    assert "next: circuits run" in slow.err


@pytest.mark.usefixtures("terminal")
def test_a_progress_bar_tells_of_a_training(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bars, "PATIENCE", -1.0)
    code, out, err = circuits("compose", "subtractor", "--bits", "1", "--json")
    assert code == 0
    assert out.startswith("{")
    assert "restarts solved" in err
    assert "training full-adder" in err
    assert "training not" in err


@pytest.mark.usefixtures("trained")
def test_no_progress_bar_where_standard_error_is_no_terminal(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bars, "PATIENCE", -1.0)
    assert circuits("compose", "equality").err.startswith("next: ")


@pytest.mark.usefixtures("terminal")
def test_the_bar_waits_for_a_second(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    monkeypatch.setattr(bars, "time", clock)
    with output.Progress("weaving") as progress:
        clock.now = 0.9
        progress.update(1, 4)
        assert capsys.readouterr() == ("", "")
        clock.now = 1.1
        progress.update(2, 4)
        progress.say("a word: in between")
        progress.update(4, 4, "all done")
    out, err = capsys.readouterr()
    assert out == ""
    assert "all done" in err
    assert "a word: in between" in err
    assert "weaving" in err


def test_a_table() -> None:
    text = output.table(("gate", "n"), [("xor", "2"), ("full-adder", "12")], right=[1])
    assert text == [
        "gate         n",
        "──────────  ──",
        "xor          2",
        "full-adder  12",
    ]
    assert output.table(("a", "b"), []) == ["a  b", "─  ─"]


def test_a_network_in_words() -> None:
    assert output.network(Architecture((2, 4, 1), ("tanh", "logistic"))) == "2-4-1 tanh, logistic"
    assert output.network(Architecture((2, 4, 1), ("tanh", "tanh"))) == "2-4-1 tanh"


def test_json_has_no_infinities(capsys: pytest.CaptureFixture[str]) -> None:
    values = (1.5, float("nan"), [float("-inf")])
    output.emit_json("test", values=values, inner={"x": float("inf"), "y": "inf", "n": 2**80})
    out, err = capsys.readouterr()
    assert "".join(out.split()) == (
        '{"schema":"gatewright/test/1","values":[1.5,null,[null]],'
        f'"inner":{{"x":null,"y":"inf","n":{2**80}}}}}'
    )
    assert err == ""


@pytest.mark.parametrize(
    "words",
    [
        "ripple-adder --bits 8 --from half-adders a=1 b=2",
        "a=1 --from half-adders b=2 ripple-adder --bits 8",
        "--bits=8 --from=half-adders a=1 b=2 ripple-adder",
    ],
)
def test_words_are_sorted_into_their_parts(words: str) -> None:
    read = circuit_words.read_words(words.split())
    assert read == circuit_words.Words(
        "ripple-adder", {"bits": "8", "from": "half-adders"}, {"a": "1", "b": "2"}
    )


def test_a_port_s_name_may_have_slashes_and_a_file_s_name_an_equals_sign(tmp_path: Path) -> None:
    there = tmp_path / "a=1"
    there.write_text("")
    read = circuit_words.read_words([str(there), "u1/a=1", r"\u2\b=v/c", "top/x=2"])
    assert read.circuit == str(there)
    assert read.values == {"u1/a": "1", r"\u2\b": "v/c", "top/x": "2"}
    assert circuit_words.read_words(["runs=3/missing=2.blif"]).circuit == "runs=3/missing=2.blif"


def test_values_are_refused_where_there_are_none() -> None:
    circuit_words.refuse_values(circuit_words.Words("equality", {}, {}))
    with pytest.raises(UsageError, match="'a=1' is not a parameter"):
        circuit_words.refuse_values(circuit_words.Words("equality", {}, {"a": "1"}))


def test_the_store_is_in_the_users_data_folder_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CIRCUITS_STORE")
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: tmp_path / name)
    assert session.open_store(None).folder == tmp_path / "gatewright" / "gates"
    assert session.open_store(tmp_path).folder == tmp_path


def test_the_version(circuits: Circuits) -> None:
    assert circuits("--version") == (0, f"gatewright {VERSION}\n", "")


def test_a_reader_that_has_gone_is_no_wrong_circuit(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*words: object, **settings: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(output, "table", gone)
    streams = sys.stdout, sys.stderr
    try:
        assert circuits("gates", "xor").code == 141
    finally:  # the framework wraps them
        sys.stdout, sys.stderr = streams


@pytest.mark.parametrize("columns", [40, 60])
@pytest.mark.parametrize(
    "words", ["gates", "list", "formats", "recipes", "show alu", "gates full-adder", "gates xro"]
)
def test_nothing_breaks_within_a_word_on_a_narrow_terminal(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch, words: str, columns: int
) -> None:
    wide = circuits(*words.split())
    monkeypatch.setenv("COLUMNS", str(columns))
    narrow = circuits(*words.split())
    lines = [*narrow.out.splitlines(), *narrow.err.splitlines()]
    lines = [line for line in lines if not line.startswith("next: ")]  # to be copied as it is
    assert all(len(line) <= columns or " " not in line.strip() or "█" in line for line in lines)
    broken = {*narrow.out.split(), *narrow.err.split()} - {*wide.out.split(), *wide.err.split()}
    assert all(set(word) <= set("─█") for word in broken)


@pytest.mark.usefixtures("terminal")
def test_work_that_says_nothing_of_itself_has_a_bar_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bars, "PATIENCE", 0.01)
    with output.Progress("drawing a picture"), output.Progress("an inner one") as inner:
        time.sleep(0.5)
        inner.update(1, 2)
    err = capsys.readouterr().err
    assert ("drawing a picture" in err) != ("an inner one" in err)  # one bar at a time


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize(
    "words",
    [
        "draw half-adder",
        "show {c17}",
        "run half-adder a=1 b=1",
        "export half-adder --format verilog",
        "verify array-multiplier --bits 3",
        "datasheet xor",
        "explain xor --as-trained",
    ],
)
def test_every_command_that_may_take_long_has_a_bar(
    circuits: Circuits, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    labels: list[str] = []
    enter = output.Progress.__enter__

    def entered(self: output.Progress) -> output.Progress:
        labels.append(self._label)
        return enter(self)

    monkeypatch.setattr(output.Progress, "__enter__", entered)
    c17 = Path(__file__).parents[2] / "circuits/c17.blif"
    command = words.format(c17=c17).split()
    assert circuits(*command).code == 0
    wanted = {"draw": "drawing", "show": "reading", "run": "running", "export": "writing"}
    wanted |= {"verify": "trying", "datasheet": "proving", "explain": "training"}
    assert any(label.startswith(wanted[command[0]]) for label in labels), labels
