"""``circuits explain``: the board, the page, the arrays, and what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gatewright.cli.gates.walkthrough.explain_text import shortened

Run = Callable[..., tuple[int, str, str]]


def test_the_known_step_is_on_the_board(circuits: Run) -> None:
    code, out, err = circuits("explain", "--recipe", "xor-leaky-step")
    assert code == 0
    for shown in (
        "loss L = mean((a − y)²) = 0.2631408769",
        "dL/dW1 = xᵀ·dL/dz1",
        "dL/da1 = dL/dz2·W2ᵀ",
        "W2 ← W2 − 0.75·dL/dW2",
        "gradient check: right",
    ):
        assert shown in out
    [bias] = [line.split() for line in out.splitlines() if line.strip().startswith("b2[1]")]
    assert bias[1:3] == ["0.20166461", "0.20166461"]
    assert bias[4:] == ["0.635800", "0.484552"]  # 0.6358 − 0.75 · 0.20166461
    assert "next: circuits explain --recipe xor-leaky-step --step 2" in err


def test_the_slip_is_caught_in_the_first_layer(circuits: Run) -> None:
    code, out, err = circuits("explain", "--recipe", "xor-deep-slip")
    assert code == 1
    assert "gradient check: WRONG" in out
    assert "in layer 1; its weights are taught with the targets" in err
    assert circuits("explain", "--recipe", "xor-deep")[0] == 0


def test_one_row_is_a_step_on_that_row_alone(circuits: Run) -> None:
    _, out, _ = circuits("explain", "half-adder", "--row", "10", "--json")
    told = json.loads(out)
    assert told["rows"] == ["10"]
    assert told["x"] == [[1.0, 0.0]]
    assert told["y"] == [[0.0, 1.0]]
    assert told["gradient_check"] == "right"
    assert max(told["relative_differences"]) < 1e-4


def test_a_later_step_begins_where_the_one_before_ended(circuits: Run) -> None:
    words = ("explain", "xor", "--optimiser", "gd", "--init", "normal", "--json")
    second, third = (json.loads(circuits(*words, "--step", str(n))[1]) for n in (2, 3))
    assert [layer["w_after"] for layer in second["layers"]] == [
        layer["w"] for layer in third["layers"]
    ]
    assert third["loss"] == pytest.approx(second["loss_after"])


@pytest.mark.parametrize(
    ("optimiser", "rule"),
    [
        ("lm", "(JᵀJ + λI) s = Jᵀr"),
        ("lbfgs", "H⁻¹"),
        ("adam", "c·m/(√v + 10⁻⁸)"),
        ("momentum", "v ← 0.9·v"),
        ("online", "a small step downhill"),
    ],
)
def test_every_optimiser_says_how_it_steps(circuits: Run, optimiser: str, rule: str) -> None:
    code, out, _ = circuits("explain", "and", "--optimiser", optimiser, "--start", "normal")
    assert code == 0
    assert rule in out


def test_a_step_that_is_taken_back_says_so(circuits: Run) -> None:
    _, out, _ = circuits("explain", "full-adder", "--as-trained", "--lr", "50")
    assert "was taken back" in out


def test_a_kink_is_named(circuits: Run) -> None:
    code, out, _ = circuits("explain", "xor", "--activations", "relu", "--init", "he")
    assert code == 0  # row 00 with zero biases puts every z of layer 1 at the kink
    assert "lies at a kink" in out


def test_the_page_has_formulas_and_the_same_numbers(circuits: Run, tmp_path: Path) -> None:
    page = tmp_path / "step.md"
    words = ("explain", "--recipe", "xor-leaky-step", "--markdown", page)
    code, out, _ = circuits(*words)
    assert (code, out) == (0, f"wrote {page}\n")
    text = page.read_text(encoding="utf-8")
    assert text.count("$$") % 2 == 0
    assert r"\frac{\partial L}{\partial W_{1}} = x^\top" in text
    assert "| W1[1,1] | 0.04045160 | 0.04045160 |" in text
    assert "Gradient check: **right**" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)
    code, _, err = circuits(*words)
    assert code == 2
    assert f"{page} exists" in err
    assert circuits(*words, "--force")[0] == 0


def test_wide_layers_are_shown_below_one_another(circuits: Run) -> None:
    _, out, _ = circuits("explain", "xor", "--layers", "12")
    assert "z1[12]" in out
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "message", "code"),
    [
        (("explain",), "name a gate or a recipe", 2),
        (("explain", "xor", "--step", "0"), "there is no step 0", 2),
        (("explain", "xor", "--row", "2"), "'xor' has no row '2'; its rows are 00, 01, 10, 11", 2),
        (("explain", "xor", "--recipe", "nope"), "no recipe 'nope'", 3),
        (("explain", "xor", "--recipe", "./nope.toml"), "there is no recipe file nope.toml", 3),
        (
            ("explain", "xor", "--recipe", "xor-deep", "--lr", "90", "--step", "999"),
            "diverged before step 999",
            2,
        ),
    ],
)
def test_what_is_refused(circuits: Run, words: tuple[str, ...], message: str, code: int) -> None:
    given, out, err = circuits(*words)
    assert (given, out) == (code, "")
    assert message in err
    assert err.count("\n") == 1


def test_of_many_rows_the_first_and_the_last_are_named() -> None:
    assert shortened([*"abcd"]) == [*"abcd"]
    assert shortened([f"{row:05b}" for row in range(32)]) == ["00000", "…", "11111", "(32)"]


@pytest.mark.parametrize(
    "words",
    [["--loss", each] for each in ("cross-entropy", "mse", "half-sse")]
    + [["--optimiser", each] for each in ("gd", "momentum", "adam", "lbfgs", "lm", "online")]
    + [["--as-trained"], ["--activations", "leaky-relu(0.1),logistic", "--init", "he"]],
)
def test_formulas_stand_apart_from_their_words(circuits: Run, words: list[str]) -> None:
    """Whatever their length: the formula of the cross-entropy's slope is wider than the column was."""
    _, out, _ = circuits("explain", "xor", *words)
    parts = out.split("BACKWARD")[1:]
    assert len(parts) == 2
    for part in parts:
        formulas = part.split("\n\n")[0].splitlines()[1:]
        columns = {re.match(r"  (\S.*?)  +\S", line).end() for line in formulas if line[2] != " "}  # type: ignore[union-attr]
        assert len(columns) == 1, formulas


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--lr", "50"], "from 0.351473 to 0.499635: the step was too long; try a smaller --lr"),
        (
            ["--lr", "50", "--optimiser", "momentum", "--step", "2"],
            "",
        ),
        (["--lr", "50", "--optimiser", "adam"], "the step was too long; try a smaller --lr"),
    ],
)
def test_a_step_that_raises_the_loss_says_so(
    circuits: Run, tmp_path: Path, words: list[str], told: str
) -> None:
    markdown, html = tmp_path / "step.md", tmp_path / "step.html"
    out = " ".join(circuits("explain", "xor", *words)[1].split())
    found = json.loads(circuits("explain", "xor", *words, "--json")[1])
    assert circuits("explain", "xor", *words, "--markdown", markdown)[0] == 0
    assert circuits("explain", "xor", *words, "--html", html)[0] == 0
    for text in (out, *(each.read_text() for each in (markdown, html))):
        assert ("he loss rose, " in text) == (found["loss_after"] > found["loss"])
        assert told in text
        assert "a small step downhill" not in text
        assert ("a step downhill, too long here" in text) == (len(words) == 2)


def test_a_step_that_lowers_the_loss_is_small(circuits: Run) -> None:
    out = circuits("explain", "xor")[1]
    assert "a small step downhill" in out
    assert "rose" not in out
