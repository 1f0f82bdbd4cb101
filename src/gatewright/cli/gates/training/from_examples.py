"""``circuits train --examples``: one network on rows of examples, beside the circuit that they make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gatewright.cli import output, session
from gatewright.cli.examples.report import BOUND, at_least, percent, warn_of_classes, warn_of_rows
from gatewright.errors import RecipeError, UsageError
from gatewright.records import dataclass
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.arrays import Bits
    from gatewright.cli.gates.training.choices import Choices
    from gatewright.examples.bound import Judged
    from gatewright.examples.choose import Learned
    from gatewright.examples.network import NetworkOfRows
    from gatewright.examples.prepared import Prepared
    from gatewright.gates.training.recipe import Recipe
    from gatewright.gates.training.recipe_text import NamedRecipe

SURE = 0.01
"""How likely chance may make a difference of which something is said."""


@dataclass(frozen=True, slots=True)
class Beside:
    """How a network and a circuit do on the same rows.

    Attributes:
        taught: rows that taught both.
        right: of these, how many the network has right, and how many the circuit.
        new: of the rows that judge, those that each has right.
        only: of the rows that judge, those that only the network has right, and only the circuit.
    """

    taught: int
    right: tuple[int, int]
    new: tuple[Judged, Judged]
    only: tuple[int, int]


def of_examples(
    path: str, target: str, choices: Choices, named: NamedRecipe | None, seed: int, *, json: bool
) -> None:
    """Train a network on rows, learn a circuit of the same, and print how both do on rows that taught neither.

    Raises:
        FormatError: the rows cannot be read.
        UsageError: they are too few, or nothing can be learned of them; or an option is about whole tables.
        RecipeError: the recipe does not fit them.
    """
    if choices.margin is not None or choices.weight_bits is not None or choices.smooth:
        raise UsageError(
            "a network of examples is not hardened, as no truth table says what it should be",
            hint="leave out --margin, --weight-bits and --no-harden",
        )
    session.load("learners")
    from gatewright.examples.choose import learn
    from gatewright.examples.data.reading import read_examples
    from gatewright.examples.network import learn_network
    from gatewright.examples.prepared import prepared

    table = read_examples(path, target)
    warn_of_classes(table)
    rows = prepared(table, seed=seed)
    recipe = _recipe(rows, choices, named)
    with output.Progress("training a network") as progress:
        network = learn_network(rows, recipe, seed=seed, watch=progress.training)
    with output.Progress("learning a circuit") as progress:
        learned = learn(table, seed=seed, watch=lambda _, done, total: progress.update(done, total))
    beside = _beside(rows, network, learned)
    if json:
        output.emit_json("train", examples=_as_json(path, rows, network, learned, beside))
        return
    _show(rows, network, learned, beside)
    word = shell_word(path)
    output.next_step(
        f"circuits learn {word}{f' --target {shell_word(target)}' if target else ''} --out learned.aig"
    )


def _recipe(rows: Prepared, choices: Choices, named: NamedRecipe | None) -> Recipe:
    """The recipe that was named, or the usual one, with the options over it."""
    from gatewright.cli.gates.training.choices import read_layers
    from gatewright.examples.network import usual_recipe

    if named is None:
        usual = usual_recipe(rows)
        if choices.layers is not None and choices.activations is None:
            hidden, last = usual.activations
            usual = replace(usual, activations=(*[hidden] * len(read_layers(choices.layers)), last))
    elif named.recipe.restoring or named.recipe.box_radius:
        raise RecipeError(
            f"recipe '{named.name}' learns a margin around every row, which is for whole truth tables",
            hint="name another, or give --layers and what else is to be chosen",
        )
    else:
        usual = named.recipe
    return choices.over(usual)


def _beside(rows: Prepared, network: NetworkOfRows, learned: Learned) -> Beside:
    import numpy as np

    from gatewright.examples.bound import Judged

    def right(x: Bits, y: Bits) -> list[Any]:
        return [(each.values(x) == y).all(1) for each in (network, learned)]

    taught = right(rows.x[network.taught], rows.y[network.taught])
    new = right(rows.test_x, rows.test_y)
    return Beside(
        len(network.taught),
        (int(taught[0].sum()), int(taught[1].sum())),
        (Judged(int(new[0].sum()), len(new[0])), Judged(int(new[1].sum()), len(new[1]))),
        (int(np.sum(new[0] & ~new[1])), int(np.sum(new[1] & ~new[0]))),
    )


def _show(rows: Prepared, network: NetworkOfRows, learned: Learned, beside: Beside) -> None:
    bits, parts = output.counted(len(rows.inputs), "bit"), rows.parts
    teach = len(parts.learn) + len(parts.tune)
    drawn = "" if beside.taught == teach else f" ({beside.taught} drawn of them the network)"
    output.say(
        f"{len(rows.x)} rows of {bits}: {teach} teach{drawn}, {len(parts.choose)} choose,",
        f"and {len(rows.test_x)} judge a network and a circuit",
    )
    warn_of_rows(learned, len(rows.x))
    learners = list(dict.fromkeys(each.chosen.name for each in learned.outputs))
    whose = learners[0] if len(learners) == 1 else "several learners"
    reads = _reads(learned)
    made = (
        (
            f"network {'-'.join(map(str, network.architecture.sizes))}",
            f"{network.architecture.parameters} parameters",
            len(rows.inputs),
        ),
        (f"circuit, by {whose}", output.counted(learned.size, "AND"), reads),
    )
    lines = [
        (
            name,
            percent(right, beside.taught),
            percent(new.right, new.rows),
            at_least(new.bound).removeprefix("at least "),
            size,
            output.counted(read, "bit"),
        )
        for (name, size, read), right, new in zip(made, beside.right, beside.new, strict=True)
    ]
    header = ("", "rows that teach", "kept apart", "at least", "made of", "reads")
    output.say("", *output.table(header, lines, right=(1, 2, 3, 4, 5)))
    output.say(
        f"of {len(rows.test_x)} rows kept apart, {beside.only[0]} only the network has right, "
        f"{beside.only[1]} only the circuit"
    )
    for each in learned.outputs:
        if each.chosen.name == "recognise":
            output.say(*output.wrapped(f"{each.name}: {each.chosen.model}", 80, below="  "))
    output.say("", *output.wrapped(_lesson(beside), 80), "", *BOUND.split("\n"))
    output.say(
        f"restart {network.chosen} of {network.restarts}, chosen after {network.epochs} epochs; "
        "not saved: no table says what the network should be"
    )


def _lesson(beside: Beside) -> str:
    """What the figures show, as far as they show it."""
    network, circuit = beside.new
    many = "Many functions agree with the rows that teach; which of them is taken is the learner's choice."
    if by_chance(beside.only):
        ahead = (
            "Chance alone may well make such a difference: these rows do not say which is better."
        )
    elif circuit.right == network.right:
        ahead = "On these rows neither choice is the better one."
    elif circuit.right > network.right:
        ahead = (
            "A network prefers what is smooth in all bits at once, a circuit what few gates say. "
            "Here the second is nearer to the rule behind the rows."
        )
    else:
        ahead = (
            "A circuit prefers what few gates say, a network what is smooth in all bits at once. "
            "Here the second is nearer to the rule behind the rows."
        )
    return f"{many} {ahead}"


def by_chance(only: tuple[int, int]) -> bool:
    """Whether two that are equally often right may well differ so, by a sign test at 1 % (Q. McNemar, 1947).

    Args:
        only: the rows that only the first has right, and those that only the second has.
    """
    from math import comb

    more, rows = max(only), sum(only)
    chance = 2 * sum(comb(rows, each) for each in range(more, rows + 1)) / 2**rows
    return rows > 0 and chance > SURE


def _reads(learned: Learned) -> int:
    """How many input bits the circuit depends on by its wires."""
    needed = learned.graph.needed(learned.literals)
    return sum(needed[1 : learned.graph.inputs + 1])


def _as_json(
    path: str, rows: Prepared, network: NetworkOfRows, learned: Learned, beside: Beside
) -> dict[str, Any]:
    def figures(place: int) -> dict[str, Any]:
        new = beside.new[place]
        return {
            "right_of_taught": beside.right[place],
            "right": new.right,
            "bound": new.bound,
            "only": beside.only[place],
        }

    return {
        "file": path,
        "rows": {
            "teach": len(rows.parts.learn) + len(rows.parts.tune),
            "taught": beside.taught,
            "choose": len(rows.parts.choose),
            "test": len(rows.test_x),
        },
        "inputs": list(rows.inputs),
        "outputs": list(rows.outputs),
        "constant": list(learned.constant),
        "shared": learned.shared,
        "contradicting": {each.name: each.clashing for each in learned.outputs},
        "network": {
            "layers": list(network.architecture.sizes),
            "activations": list(network.architecture.activations),
            "parameters": network.architecture.parameters,
            "restarts": network.restarts,
            "chosen": network.chosen,
            "epochs": network.epochs,
            **figures(0),
        },
        "circuit": {
            "learners": {each.name: each.chosen.name for each in learned.outputs},
            "ands": learned.size,
            "levels": learned.levels,
            "reads": _reads(learned),
            **figures(1),
        },
    }
