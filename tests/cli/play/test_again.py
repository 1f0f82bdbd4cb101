"""The line on the page that repeats what was trained, and what is trained where nothing is chosen."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gatewright.cli.play import play
from gatewright.cli.play.again import again
from gatewright.cli.play.asked import Asked, read_asked
from gatewright.cli.play.desk import Desk, Moments
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from tests.conftest import Circuits

WATCHED = {"activations": "logistic", "optimiser": "adam"}


def noted(run: list[Asked], asked: Asked) -> str:
    """A training that is not run, by its name."""
    run.append(asked)
    return "name"


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"gate": "xor", "layers": "2,4", **WATCHED}, "circuits play xor --export xor.html"),
        ({"gate": "mux", "layers": "4,4", **WATCHED}, "circuits play mux --export mux.html"),
        (
            {"gate": "mux", "layers": "2,4", **WATCHED},
            "circuits play mux --layers 2,4 --activations logistic --optimiser adam --export mux.html",
        ),
        ({"gate": "xor"}, "circuits play xor --restarts 16 --export xor.html"),
        ({"gate": "xor", "seed": 3}, "circuits play xor --seed 3 --export xor.html"),
        (
            {"gate": "xor", "layers": "2,4", **WATCHED, "seed": 3},
            "circuits play xor --layers 2,4 --activations logistic --optimiser adam --seed 3 --export xor.html",
        ),
        (
            {"gate": "mine: a & ~b", "layers": "3", "lr": "0.123456789", "smooth": True},
            "circuits play 'mine: a & ~b' --layers 3 --lr 0.123456789 --no-harden --export mine.html",
        ),
        (
            {
                "gate": "and3",
                "optimiser": "gd",
                "loss": "half-sse",
                "init": "glorot",
                "epochs": 9,
                "restarts": 5,
                "margin": 0.25,
                "activations": "tanh,tanh,logistic",
            },
            "circuits play and3 --activations tanh,tanh,logistic --optimiser gd --loss half-sse --init glorot "
            "--epochs 9 --restarts 5 --margin 0.25 --export and3.html",
        ),
        ({"table": "a,->,y\n0,->,1\n1,->,0\n", "name": "turn"}, ""),
    ],
)
def test_the_line_trains_the_same(
    circuits: Circuits,
    plugins: Plugins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any],
    line: str,
) -> None:
    asked = read_asked(plugins, fields)
    assert again(asked) == line
    if not line:
        return
    run: list[Asked] = []
    monkeypatch.setattr(Desk, "run", lambda _, begun, *__: noted(run, begun))
    monkeypatch.setattr(Desk, "shown", lambda *_: "")
    monkeypatch.setattr(Desk, "export", lambda *_: "a page")
    monkeypatch.chdir(tmp_path)
    assert circuits(*shlex.split(line)[1:]).code == 0
    (found,) = run
    assert (found.spec, found.recipe, found.seed) == (asked.spec, asked.recipe, asked.seed)
    assert again(found) == line


@pytest.mark.parametrize(
    ("words", "layers"), [(["xor"], "2,4"), (["full-adder"], "4,4"), (["a & b & c"], "4,4")]
)
def test_the_page_begins_with_what_its_copy_trains(
    circuits: Circuits,
    plugins: Plugins,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    layers: str,
) -> None:
    begun: list[dict[str, Any]] = []
    run: list[Asked] = []
    monkeypatch.setattr(play, "_serve", lambda _, chosen, *__, **___: begun.append(chosen))
    assert circuits("play", *words).code == 0
    fields = {name: begun[0][name] for name in ("gate", "layers", "activations", "optimiser")}
    fields["gate"] = begun[0].get("words", fields["gate"])
    assert (begun[0]["how"], fields["layers"]) == ("layers", layers)
    monkeypatch.setattr(Desk, "run", lambda _, asked, *__: noted(run, asked))
    monkeypatch.setattr(Desk, "shown", lambda *_: "")
    monkeypatch.setattr(Desk, "export", lambda *_: "a page")
    assert circuits("play", *words, "--export", tmp_path / "page.html").code == 0
    wanted = read_asked(plugins, fields)
    assert (run[0].recipe, run[0].seed, run[0].word) == (wanted.recipe, 0, fields["gate"])


@pytest.mark.parametrize(
    "words",
    [["--restarts", "16"], ["--layers", "2,4"], ["--layers", "2", "--optimiser", "lm"]],
)
def test_in_the_end_all_is_of_the_restart_that_was_chosen(
    circuits: Circuits, tmp_path: Path, words: list[str]
) -> None:
    """Another restart was ahead in each of these, and ``circuits train`` prints the one that was chosen."""
    out = tmp_path / "page.html"
    assert circuits("play", "xor", *words, "--export", out).code == 0
    data = json.loads(out.read_text().partition('id="play-data">')[2].partition("</script>")[0])
    result, last = data["result"], data["steps"][-1]
    printed = circuits("train", "xor", *words).out
    chosen = f"restart {result['restart']} chosen after {result['epoch']} epochs"
    assert chosen in printed
    assert chosen in result["headline"]
    assert f" {result['loss_told']} (log scale)" in printed
    assert f"by {result['solved']} of {result['restarts']} restarts" in printed
    assert last["ahead"] != result["restart"]
    line = [
        each["losses"][result["restart"]]
        for each in data["steps"]
        if each["turn"] == result["turn"]
    ]
    assert line[-1] == result["loss"] != last["loss"]


def test_the_last_moment_is_always_kept() -> None:
    for count in (1, 2, 160, 161, 400, 1001):
        moments = Moments()
        for number in range(count):
            moments.note({"step": number})
        kept = [json.loads(each)["step"] for each in moments.kept]
        assert (kept[0], kept[-1]) == (0, count - 1)
        assert kept == sorted(set(kept))
        assert len(kept) <= 161
