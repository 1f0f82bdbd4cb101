"""Classes of one column that are learned together: the circuit is their votes, and rows that choose choose it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import UsageError
from gatewright.examples.choose import learn
from gatewright.examples.claims import model_claims
from gatewright.examples.classes import together
from gatewright.examples.classes.prove import proved_class, proved_counts
from gatewright.examples.classes.together import CLASSES, groups
from gatewright.examples.data.table import table_of
from gatewright.examples.learners import boosting, classes
from gatewright.examples.learners.boosting import boosted
from gatewright.examples.learners.classes import ClassVotes, OneClass, boosted_classes, largest
from gatewright.examples.learners.model import circuit_bits, votes
from gatewright.examples.learners.tree import LEAF, Tree
from gatewright.formats.aiger.graph import AndGraph
from gatewright.logic.bits import table_rows
from gatewright.logic.xag import FALSE, XorAndGraph

if TYPE_CHECKING:
    from tests.conftest import Circuits


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each class by itself one boosted tree: here it is not about them."""
    usual = boosted.__kwdefaults__ or {}
    monkeypatch.setattr(boosted, "__kwdefaults__", usual | {"most_trees": 1})


def noisy_rows(rows: int) -> tuple[Any, Any]:
    """Three patterns of ten bits, of which every fourth bit is another one: no class is clear by itself."""
    generator = np.random.default_rng(3)
    y = generator.integers(0, 3, rows)
    return generator.integers(0, 2, (3, 10))[y] ^ (generator.random((rows, 10)) < 0.25), y


def votes_of(*classes: tuple[int, ...]) -> ClassVotes:
    """Classes whose trees are inputs, three of them."""
    features = XorAndGraph(3)
    trees = [[Tree(0, (2 * at + 2,), (LEAF[0],), (LEAF[1],)) for at in some] for some in classes]
    return ClassVotes(3, tuple(votes(features, some) for some in trees))


@pytest.mark.parametrize("widths", [(2, 2, 2), (1, 3), (2, 0, 1, 2), (1, 1, 1, 1, 1)])
def test_the_largest_of_numbers_is_the_first_of_equal_ones(widths: tuple[int, ...]) -> None:
    graph = AndGraph(sum(widths))
    inputs = [graph.variable(at) for at in range(graph.inputs)]
    ends = np.cumsum(widths).tolist()
    words = [inputs[end - width : end] for end, width in zip(ends, widths, strict=True)]
    found = largest(graph, words)
    for row in table_rows(graph.inputs).tolist():
        numbers = [
            sum(bit << at for at, bit in enumerate(row[end - width : end]))
            for end, width in zip(ends, widths, strict=True)
        ]
        wanted = [int(at == numbers.index(max(numbers))) for at in range(len(widths))]
        assert graph.evaluate(found, row) == wanted


def test_the_class_of_most_votes_is_one_function() -> None:
    model = votes_of((0, 1, 2), (0, 0), (1, 2, 2))
    rows = table_rows(3)
    a, b, c = rows.astype(np.intp).T
    wanted = np.stack([a + b + c, 2 * a, b + 2 * c], axis=1).argmax(1)
    assert model.classes(rows).tolist() == wanted.tolist()
    for place in range(3):
        one = OneClass(model, place)
        assert one.values(rows).tolist() == (wanted == place).astype(int).tolist()
        assert circuit_bits(one, rows).tolist() == one.values(rows).tolist()


def test_each_class_is_proved_and_another_function_is_not() -> None:
    model = votes_of((0, 1, 2), (0, 0), (1, 2, 2))
    graph = AndGraph(3)
    inputs = [graph.variable(at) for at in range(3)]
    outputs = [OneClass(model, place).write(graph, inputs) for place in range(3)]
    counts = proved_counts(model, graph)
    assert counts.outcome == "proved"
    for place, output in enumerate(outputs):
        one = OneClass(model, place)
        assert proved_class(one, graph, output, counts).outcome == "proved"
        for wrong in (output ^ 1, outputs[place - 1], FALSE):
            if wrong != output:
                assert proved_class(one, graph, wrong, counts).outcome == "refuted"


def test_no_more_ands_than_allowed() -> None:
    x, y = noisy_rows(400)
    bits = x.astype(np.uint8)
    for most in (30, 100, 300):
        model = boosted_classes(bits, y, bits, y, 3, most_ands=most)
        assert model is None or model.size <= most
    assert boosted_classes(bits, y, bits, y, 3, most_ands=0) is None
    assert model is not None
    late = boosted_classes(bits, y, bits, y, 3, most_ands=300, deadline=0.0)
    assert late is not None
    assert [len(each.trees) for each in late.votes] == [1] * 3


def test_of_many_rows_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = noisy_rows(400)
    bits, seen = x.astype(np.uint8), []

    def noted(some: Any, *others: Any) -> Any:
        seen.append(len(some))
        return boosting.fitted(some, *others)

    monkeypatch.setattr(classes, "fitted", noted)
    monkeypatch.setattr(boosting, "MOST_CELLS", 50 * (10 + 3 * 10))
    model = boosted_classes(bits, y, bits, y, 3, most_ands=100)
    assert model is not None
    assert set(seen) == {50}
    assert float((model.classes(bits) == y).mean()) > 0.5


@pytest.mark.parametrize("rows", [120, 2000])
def test_classes_weighed_against_each_other_are_chosen_where_more_rows_are_right(rows: int) -> None:
    x, y = noisy_rows(rows)
    names = np.array(list("abc"))[y]
    learned = learn(table_of(x, names), learners=["boosting"], most_ands=200)
    (weighed,) = learned.weighed
    assert weighed.together > weighed.apart
    assert weighed.chosen
    assert weighed.rows == (102 if rows == 120 else 200)
    assert [each.chosen.name for each in learned.outputs] == [CLASSES] * 3
    assert [each.trials[-1].name for each in learned.outputs] == [CLASSES] * 3
    assert learned.size <= 190
    bits = learned.values(x.astype(np.uint8))
    assert (bits.sum(1) == 1).all()
    claims = model_claims(learned)
    assert [claim.outcome for claim in claims] == ["proved"] * 3
    assert claims[0].said.startswith("circuit = the class of most votes of the ")
    again = learn(table_of(x, names), learners=["boosting"], most_ands=200)
    assert again.graph.compact(again.literals) == learned.graph.compact(learned.literals)


def test_classes_are_learned_apart_where_that_is_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).integers(0, 2, (100, 4))
    y = np.array(["a", "b", "c"])[x[:, 0] + (x[:, 0] & x[:, 1])]
    learned = learn(table_of(x, y), learners=["tree", "boosting"], most_ands=100)
    (weighed,) = learned.weighed
    assert weighed.apart == weighed.rows
    assert not weighed.chosen
    assert learned.size <= 4
    # Without boosting nothing is learned together, and where it has no room that is said.
    assert not learn(table_of(x, y), learners=["tree"]).weighed
    monkeypatch.setattr(together, "boosted_classes", lambda *_, **__: None)
    short = learn(table_of(x, y), learners=["tree", "boosting"], most_ands=100)
    assert not short.weighed
    assert all(CLASSES in each.nothing for each in short.outputs)


def test_only_classes_of_one_column_are_a_group() -> None:
    x = np.random.default_rng(0).integers(0, 2, (60, 3))
    texts = np.array(["a", "b", "c"])[np.arange(60) % 3]
    table = table_of(x, texts)
    assert groups(table, ["y==a", "y==b", "y==c"]) == [("y", range(3))]
    bits = table_of(x, x[:, :2])
    assert groups(bits, ["y0", "y1"]) == [("y0", range(1)), ("y1", range(1, 2))]


def test_the_report_says_both_ways(
    circuits: Circuits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    x, y = noisy_rows(120)
    lines = [",".join(map(str, row)) + f",c{kind}" for row, kind in zip(x.tolist(), y, strict=True)]
    Path("rows.csv").write_text("\n".join(["a,b,c,d,e,f,g,h,i,j,kind", *lines]), encoding="utf-8")
    given = ("learn", "rows.csv", "--learner", "boosting", "--ands", "150")
    code, out, _ = circuits(*given)
    assert code == 0
    assert "kind, the right class on the rows that choose: " in out
    assert "classes are weighed against each other, " in out
    code, out, _ = circuits(*given, "--json")
    (found,) = json.loads(out)["classes"]
    assert found["column"] == "kind"
    assert found["rows"] == 102
    assert found["chosen"] == (found["together"] > found["apart"])


def test_a_classifier_answers_with_the_class_of_most_votes() -> None:
    x, y = noisy_rows(120)
    model = gw.learn(x, y * 10, most_ands=150, learners=("boosting",))
    assert model.learned_.weighed[0].chosen
    bits = model.learned_.values(x.astype(np.uint8))
    assert model.predict(x).tolist() == (10 * bits.argmax(1)).tolist()
    assert model.score(x, y * 10) > 0.6
    with pytest.raises(UsageError):
        gw.learn(x, np.zeros(120))
