"""Learning as a whole: what is chosen and proved, on data by rule and by chance, and the commands."""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import UsageError
from gatewright.examples import claims, prove
from gatewright.examples.choose import MOST_ANDS, learn
from gatewright.examples.claims import model_claims
from gatewright.examples.data.table import table_of
from gatewright.examples.learners.evolved import evolved
from gatewright.examples.learners.model import votes
from gatewright.examples.learners.registry import LEARNERS, RECOGNISE
from gatewright.examples.learners.task import Task
from gatewright.examples.learners.tree import Tree
from gatewright.examples.prepared import prepared
from gatewright.examples.prove import proved_model
from gatewright.examples.search import SLACK
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.bdd import TooManyNodesError
from gatewright.logic.xag import XorAndGraph

if TYPE_CHECKING:
    from tests.conftest import Circuits

MONKS = np.array(
    list(itertools.product((1, 2, 3), (1, 2, 3), (1, 2), (1, 2, 3), (1, 2, 3, 4), (1, 2)))
)
"""All 432 rows of MONK's problems (S. B. Thrun et al., CMU-CS-91-197, 1991), of six attributes."""


ROBOTS = str(Path(__file__).parents[2] / "circuits/examples/robots.csv")


def monk(problem: int) -> Any:
    """The concept of each problem, as the report has them."""
    a = MONKS.T
    if problem == 1:
        return ((a[0] == a[1]) | (a[4] == 1)).astype(int)
    if problem == 2:
        return ((MONKS == 1).sum(1) == 2).astype(int)
    return (((a[4] == 3) & (a[3] == 1)) | ((a[4] != 4) & (a[1] != 3))).astype(int)


@pytest.mark.parametrize(("problem", "least"), [(1, 1.0), (2, 1.0), (3, 0.97)])
def test_monks(problem: int, least: float) -> None:
    """Drawn rows learn, as in the report; all 432 judge. In the third 5 % of the answers are wrong."""
    generator = np.random.default_rng(1)
    drawn = generator.permutation(432)[:200]
    y = monk(problem)
    if problem == 3:
        y = y ^ (generator.random(432) < 0.05)
    model = gw.learn(MONKS[drawn], y[drawn], learners=("recognise", "tree", "fringe"))
    assert model.score(MONKS, monk(problem)) >= least


def carry(rows: int = 400) -> tuple[Any, Any]:
    x = np.random.default_rng(4).integers(0, 2, (rows, 8))
    weights = np.array([1, 2, 4, 8])
    return x, (x[:, :4] @ weights + x[:, 4:] @ weights) >> 4


def test_where_arithmetic_is_recognised_nothing_else_is_asked() -> None:
    learned = learn(table_of(*carry()))
    (output,) = learned.outputs
    assert [each.name for each in output.trials] == [RECOGNISE]
    assert learned.tested.right == learned.tested.rows == 60
    assert learned.counts == (240, 60, 40, 60)
    assert model_claims(learned)[0].said.startswith("circuit = its integers: proved ")


def test_of_a_division_nothing_is_said_where_it_has_no_result(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    x, _ = carry(600)
    weights = np.array([1, 2, 4, 8])
    a, b = x[:, :4] @ weights, x[:, 4:] @ weights
    y = np.where(b == 0, 0, a // np.maximum(b, 1) & 1)
    Path("rows.csv").write_text(rows_of(x, y), encoding="utf-8")
    code, out, _ = circuits("learn", "rows.csv", "--learner", RECOGNISE, "--out", "l.aig")
    assert code == 0
    assert "circuit = its integers: proved exhaustively, for all inputs where b is not 0" in out
    right = int((b > 0).sum())  # where b is 0 the circuit says 1
    code, out, _ = circuits("recognise", "rows.csv")
    assert f"right in {right} of 600 rows, and in all where b is not 0" in out
    code, out, _ = circuits("score", "l.aig", "rows.csv")
    assert f"right in {right} of 600 rows" in out


@pytest.mark.parametrize("name", [each for each in LEARNERS if each != RECOGNISE])
def test_what_every_learner_makes_is_proved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evolved, "__kwdefaults__", {"restarts": 6})  # not sixty
    x, y = carry()
    noisy = y ^ (np.random.default_rng(0).random(400) < 0.05)
    learned = learn(table_of(x, noisy), learners=[name], most_ands=300)
    (claim,) = model_claims(learned)
    assert claim.outcome == "proved", claim
    assert learned.size <= 290
    again = learn(table_of(x, noisy), learners=[name], most_ands=300)
    assert again.graph.compact(again.literals) == learned.graph.compact(learned.literals)


def test_a_circuit_that_is_another_function_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = carry()
    learned = learn(table_of(x, y), learners=["boosting"], most_ands=300)
    model, graph, output = learned.outputs[0].chosen.model, learned.graph, learned.literals[0]
    for wrong in (output ^ 1, graph.both(output, 2), graph.either(output, graph.both(4, 9))):
        assert proved_model(model, graph, wrong).outcome == "refuted"  # type: ignore[arg-type] # votes

    def large(*_: object) -> None:
        raise TooManyNodesError("too large")

    monkeypatch.setattr(prove, "is_count", large)
    assert model_claims(learned)[0].said.endswith(
        "not proved: the diagram of the votes is too large"
    )
    assert claims.TIME_LIMIT > 1


def test_a_circuit_that_is_one_tree_built_otherwise_is_proved() -> None:
    features = XorAndGraph(2)
    model = votes(features, [Tree(0, (features.differ(2, 4),), (-1,), (-2,))])
    graph = AndGraph(2)
    otherwise = graph.either(graph.both(2, 5), graph.both(3, 4))
    assert proved_model(model, graph, otherwise).outcome == "proved"
    assert proved_model(model, graph, graph.both(otherwise, 3)).outcome == "refuted"


@pytest.mark.parametrize("rows", [60, 2000])
def test_a_learner_that_was_stopped_is_told_though_others_had_time(
    monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    from gatewright.examples import search
    from gatewright.examples.learners.task import Learner

    def slow(task: Task) -> Any:
        while task.deadline < float("inf") and not task.out_of_time():
            pass
        return LEARNERS["tree"].learn(task)

    registry = {"slow": Learner("slow", "slow", "a test", slow), "tree": LEARNERS["tree"]}
    monkeypatch.setattr(search, "LEARNERS", registry)
    table = table_of(*carry(rows))
    assert learn(table, seconds=2).stopped
    assert not learn(table).stopped


def test_the_chosen_learner_learns_again_from_the_rows_that_chose(
    circuits: Circuits, tmp_path: Path
) -> None:
    generator = np.random.default_rng(5)
    x = generator.integers(0, 2, (2000, 6), dtype=np.uint8)
    y = (x[:, 0] & x[:, 1]) ^ (generator.random(2000) < 0.1)
    rows = prepared(table_of(x, y), seed=0)
    learn_from, tune, choose, _ = rows.parts
    [output] = learn(table_of(x, y), learners=["boosting", "tree"]).outputs
    [judged] = (each for each in output.trials if each.name == output.chosen.name)
    assert output.chosen.again
    assert not judged.again
    assert (output.chosen.right, output.chosen.rows) == (judged.right, len(choose))
    assert (judged.model.values(x[choose]) == y[choose]).sum() == judged.right
    more = np.concatenate([learn_from, choose])
    task = Task(x[more], y[more], x[tune], y[tune], most_ands=MOST_ANDS - SLACK, names=rows.inputs)
    made = LEARNERS[judged.name].learn(task)
    assert made is not None
    assert (made.values(x) == output.chosen.model.values(x)).all()
    file = tmp_path / "rows.csv"
    np.savetxt(file, np.column_stack([x, y]), "%d", ",", header="a,b,c,d,e,f,y", comments="")
    code, out, _ = circuits("learn", str(file), "--learner", judged.name)
    assert code == 0
    assert f"{judged.name} then learned from these rows, too: {output.chosen.size} AND" in out
    told = json.loads(circuits("learn", str(file), "--learner", judged.name, "--json").out)
    assert told["outputs"][0]["again"] is True


@pytest.mark.parametrize(
    ("rows", "learner"), [(2000, "fringe"), (1999, "tree"), (3000, "recognise")]
)
def test_a_circuit_that_nothing_contradicts_is_not_learned_again(rows: int, learner: str) -> None:
    """And of few rows, all of which taught it already."""
    x, y = carry(rows)
    y = x[:, 0] & x[:, 1] if learner == "fringe" else y
    [output] = learn(table_of(x, y), learners=[learner]).outputs
    assert not output.chosen.again


def test_a_learner_that_is_named_twice_is_asked_once() -> None:
    [output] = learn(table_of(*carry()), learners=["tree", "fringe", "tree"]).outputs
    assert [each.name for each in output.trials] == ["tree", "fringe"]


def test_outputs_share_logic_and_the_budget() -> None:
    x, _ = carry()
    y = np.stack([x[:, 0] ^ x[:, 1], (x[:, 0] ^ x[:, 1]) & x[:, 2]], axis=1)
    learned = learn(table_of(x, y), learners=["fringe"])
    assert learned.size == 4
    assert [each.tested.right for each in learned.outputs] == [60, 60]
    assert [bus.name for bus in learned.netlist().outputs] == ["y0", "y1"]
    assert learned.values(x.astype(np.uint8)).tolist() == y.tolist()


def test_classes_and_parameters_as_scikit_learn_has_them() -> None:
    generator = np.random.default_rng(0)
    x = generator.random((300, 3))
    y = np.array(["low", "middle", "high"])[(3 * x[:, 1]).astype(int)]
    model = gw.CircuitClassifier(learners=("tree",)).fit(x, y)
    assert model.score(x, y) > 0.9
    assert set(model.predict(x[:9])) <= {"low", "middle", "high"}
    assert gw.CircuitClassifier(**model.get_params()).get_params() == model.get_params()
    assert model.set_params(seed=3).seed == 3
    with pytest.raises(UsageError, match="there is no parameter 'sed'; it takes most_ands"):
        model.set_params(sed=3)
    with pytest.raises(UsageError, match="nothing is learned yet; call fit"):
        gw.CircuitClassifier().predict(x)
    with pytest.raises(UsageError, match="y holds 7 alone; examples of both are needed"):
        gw.learn(x, np.full(300, 7))
    with pytest.raises(UsageError, match="y of several outputs holds other values than 0 and 1"):
        gw.learn(x, np.stack([y, y], axis=1))


def test_the_package_of_gates_is_still_there() -> None:
    """`gatewright.learn` is a function and a package of the same name."""
    import gatewright.learn.losses as losses

    assert losses.BUILT_IN
    assert gw.learn.losses is losses  # type: ignore[attr-defined] # the package, too


def rows_of(x: Any, y: Any, names: str = "abcdefgh") -> str:
    lines = [",".join([*names, "y"])]
    return "\n".join(
        [*lines, *(",".join(map(str, [*row, bit])) for row, bit in zip(x, y, strict=True))]
    )


@pytest.mark.usefixtures("trained")
def test_from_examples_to_trained_gates(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    x, y = carry(600)
    Path("rows.csv").write_text(rows_of(x[:400], y[:400]), encoding="utf-8")
    Path("new.csv").write_text(rows_of(x[400:], y[400:]), encoding="utf-8")
    code, out, err = circuits("learn", "rows.csv", "--out", "learned.aig")
    assert (code, out.count("  chosen\n")) == (0, 1)
    assert "(in five parts, each by the others), and 60 to judge the result by" in out
    assert "bit 4 of a + b; a = a … d, least significant first" in out
    assert "circuit = its integers: proved exhaustively, for all inputs" in out
    assert "60 of 60 right (100 %), at least 92.61 % of all such rows" in out
    assert "of the 60 rows that judge are also among the others" in err
    code, out, _ = circuits("score", "learned.aig", "new.csv", "--signal", "raw")
    assert code == 0
    assert "right in 200 of 200 rows (100 %)" in out
    code, out, _ = circuits("compose", "learned.aig", "--verify", "certificate", "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "proved")
    # A name with a space, and standard input, are named so that the command can be copied.
    Path("my rows.csv").write_bytes(Path("rows.csv").read_bytes())
    np.savez("rows.npz", X=x, y=y)
    for file, told in (
        ("my rows.csv", "matter: circuits learn 'my rows.csv'"),
        (
            "rows.npz",
            "is a zip file, as NumPy writes arrays; learn a circuit of it, where it holds",
        ),
        (ROBOTS, f"of other values, a circuit can be learned: circuits learn {ROBOTS}"),
    ):
        code, out, err = circuits("compose", file)
        assert (code, out) == (2, "")
        assert told in " ".join(err.split())
    code, out, err = circuits("compose", "rows.csv")
    assert code == 2
    assert err.strip().endswith("with - where it does not matter: circuits learn rows.csv")
    # What is named can be pasted: of fewer rows, and of rows without a value, nothing is learned.
    for text in (
        rows_of(x[:19], y[:19]),
        rows_of(x[:19], [2, *y[1:19]]),
        rows_of(x[:40], ["", *y[1:40]]),
        rows_of(x[:40], ["-", *y[1:40]]),
    ):
        Path("few.csv").write_text(text, encoding="utf-8")
        code, _, err = circuits("run", "few.csv", "a=1")
        assert (code, "learn" in err) == (2, False)
        assert circuits("learn", "few.csv").code == 2


def test_what_is_found_in_rows_is_said(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    x, _ = carry(300)
    x[:, 3] = 1
    y = (x[:, 0] & x[:, 1]).copy()
    x, y = np.concatenate([x, x[:2]]), np.concatenate([y, 1 - y[:2]])
    Path("rows.csv").write_text(rows_of(x, y), encoding="utf-8")
    code, out, err = circuits("learn", "rows.csv", "--learner", "tree", "--seconds", "30")
    assert code == 0
    assert "inputs that never change: d" in err
    assert "rows contradict each other in 'y': equal inputs, both answers" in err
    assert "no function of these bits has more than 99.34 % of the rows right" in err
    assert "100 %" not in out.partition("learned:")[0] or "tree" in out
    assert circuits("recognise", "rows.csv")[0] == 1
    code, _, err = circuits("learn", "rows.csv", "--learner", "oak")
    assert (code, "no learner 'oak'; choose one of" in err or "did you mean" in err) == (2, True)
    code, _, err = circuits("learn", "rows.csv", "--out", "net.onnx")
    assert code == 2
    assert "a learned circuit is not written as onnx; write learned.aig, and export that" in err
    Path("other.csv").write_text("p,q\n0,1\n1,0\n", encoding="utf-8")
    assert circuits("learn", "rows.csv", "--learner", "tree", "--out", "l.aig")[0] == 0
    code, _, err = circuits("score", "l.aig", "other.csv")
    assert code == 2
    assert "other.csv has no column 'a'; it has p, q" in err


def test_texts_that_a_circuit_does_not_know_are_told(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{['red', 'blue', 'green'][n % 3]},{n % 2},{'ABC'[n % 3]}" for n in range(60)]
    Path("rows.csv").write_text("\n".join(["colour,b,kind", *rows, ""]), encoding="utf-8")
    assert circuits("learn", "rows.csv", "--learner", "tree", "--out", "l.aig")[0] == 0
    assert "no bit for" not in circuits("score", "l.aig", "rows.csv")[2]
    new = [*rows[:10], "violet,0,A", "violet,1,Z"]
    Path("new.csv").write_text("\n".join(["colour,b,kind", *new, ""]), encoding="utf-8")
    code, _, err = circuits("score", "l.aig", "new.csv")
    assert code == 0
    assert "'colour' is violet in 2 rows, which the circuit has no bit for" in err
    assert "'kind' is Z in 1 row, which the circuit has no bit for" in err
    _, out, _ = circuits("score", "l.aig", "new.csv", "--json")
    assert json.loads(out)["unnamed"] == {"colour": {"violet": 2}, "kind": {"Z": 1}}


@pytest.mark.parametrize(
    ("heading", "out", "message"),
    [
        ("head", "late.bench", "port 'head>=0.5' cannot be written in .bench; write late.aig, which can hold it"),
        ("temp °C", "t.v", "port 'temp_°C>=0.5' cannot be named so in Verilog; write t.aig, which can hold it"),
        ("a#b", "t.blif.gz", "port 'a#b>=0.5' cannot be written in BLIF; write t.aig, which can hold it"),
        ("a\x01b", "t.aig", "AIGER cannot hold 'a\\x01b>=0.5' as the name of an input"),
    ],
)  # fmt: skip
def test_names_that_a_format_cannot_hold_are_refused_before_anything_is_learned(
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    heading: str,
    out: str,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{n % 7},{int(n % 7 > 3)}" for n in range(60)]
    Path("rows.csv").write_text("\n".join([f"{heading},y", *rows]), encoding="utf-8")
    learned: list[object] = []
    from gatewright.examples import search

    monkeypatch.setattr(search, "folded", lambda *_: learned.append(1))
    code, printed, err = circuits("learn", "rows.csv", "--learner", "tree", "--out", out)
    assert (code, printed, learned, Path(out).exists()) == (2, "", [], False)
    assert message in " ".join(err.split())


@pytest.mark.parametrize("ending", ["aig", "aag", "bench", "blif", "v", "json"])
@pytest.mark.parametrize("inputs", ["a", "a,b"])
def test_names_that_a_format_holds_are_written(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, inputs: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [",".join([str(n % 2)] * (1 + len(inputs.split(",")))) for n in range(60)]
    Path("rows.csv").write_text("\n".join([f"{inputs},y", *rows]), encoding="utf-8")
    code, _, err = circuits("learn", "rows.csv", "--learner", "tree", "--out", f"l.{ending}")
    assert code == 0, err
    assert Path(f"l.{ending}").stat().st_size


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out", "l.dot"], "a learned circuit is not written as dot; write learned.aig"),
        (["--out", "l.zzz"], "known endings: .blif, .eblif, .bench, .aag, .aig, .v, .sv, .json,"),
        (["--seconds", "nan"], "--seconds nan is not a time; give seconds, as in --seconds 600"),
        (["--seconds", "inf"], "--seconds inf is not a time"),
    ],
)
def test_what_learn_cannot_keep_or_wait_for_is_refused(
    circuits: Circuits,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text("a,y\n" + "0,1\n1,0\n" * 30, encoding="utf-8")
    code, printed, err = circuits("learn", "rows.csv", "--learner", "tree", *words)
    assert (code, printed) == (2, "")
    assert message in " ".join(err.split())
    assert ".pla" not in err
    assert [each.name for each in tmp_path.iterdir() if each.name != "rows.csv"] in ([], ["store"])


def test_rows_that_only_their_bits_make_equal_are_told_so(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    lines = [
        f"{generator.choice(['0.1', '0.10000000000000002'])},{generator.random()},{bit}"
        for bit in generator.integers(0, 2, 200)
    ]
    Path("rows.csv").write_text("\n".join(["x,z,y", *lines]), encoding="utf-8")
    code, _, err = circuits("learn", "rows.csv", "--learner", "tree")
    said = " ".join(err.split())
    assert code == 0
    assert "not new" not in said
    assert "in 'y': equal once numbers are made bits (none as given), both answers" in said
    x, z, bit = lines[0].split(",")
    lines += [lines[0]] * 20 + [f"{x},{z},{1 - int(bit)}"] * 20
    Path("rows.csv").write_text("\n".join(["x,z,y", *lines]), encoding="utf-8")
    said = " ".join(circuits("learn", "rows.csv", "--learner", "tree").err.split())
    assert "rows that judge are also among the others, so they are not new" in said
    assert "equal once numbers are made bits (41 as given), both answers" in said


def test_a_learner_that_takes_too_much_is_named(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    x, y = carry(100)
    Path("rows.csv").write_text(rows_of(x, y), encoding="utf-8")
    from gatewright.examples import search, trials
    from gatewright.examples.learners.task import Learner

    whole = LEARNERS["forest"].learn

    def greedy(task: Task) -> Any:
        from dataclasses import replace

        return whole(replace(task, most_ands=5000))

    registry = {
        "greedy": Learner("greedy", "too much", "a test", greedy),
        "nothing": Learner("nothing", "fits", "a test", lambda task: None),
    }
    monkeypatch.setattr(search, "LEARNERS", registry)
    monkeypatch.setattr(trials, "blaming", lambda *_: contextlib.nullcontext())
    with pytest.raises(UsageError, match=r"learner 'greedy' made \d+ ANDs where 10 are allowed"):
        learn(table_of(x, y), learners=["greedy"], most_ands=20)
    with pytest.raises(UsageError, match="no learner made anything of 'y': nothing"):
        learn(table_of(x, y), learners=["nothing"])
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(prove, "is_count", lambda *_: False)
    monkeypatch.setattr(prove, "differs", lambda *_: True)
    code, _, err = circuits("learn", "rows.csv", "--learner", "tree", "--out", "l.aig")
    assert code == 2
    assert "the circuit of 'y' is not the model that was learned; nothing was written" in err
    assert not Path("l.aig").exists()


def test_many_values_of_a_target_are_told_of_before_it_is_learned(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{a},{a % 2},{a}" for a in range(20)] * 3
    Path("many.csv").write_text("\n".join(["a,b,sum", *rows]))
    words = ("many.csv", "--learner", "tree", "--seconds", "1")
    code, _, err = circuits("learn", *words)
    assert code == 0
    assert "'sum' has 20 different values, and each is learned as an output of its own" in err
    assert "each is learned" not in circuits("learn", *words, "--target", "b").err
