"""The recipes of ten small learners, known from notebooks, and of one with a slip.

`gatewright.plugins.builtin.published.systems` holds the figures their authors printed. Where an original's
learning rate multiplies the derivative of Σ(a − y)², ours stands for ½ Σ(a − y)² and is twice as large.

Example:
    >>> [named.name for named in recipes()][:3]
    ['xnor-online', 'first-bit', 'xor-leaky-step']
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.gates.training.dataset import Dataset
from gatewright.gates.training.recipe import Recipe
from gatewright.gates.training.recipe_text import NamedRecipe
from gatewright.learn.inits import Fixed, Normal, Uniform
from gatewright.learn.optimisers import GradientDescent, Online
from gatewright.plugins.builtin.published.legacy import Legacy
from gatewright.plugins.builtin.published.slip import OnlineSlip

FIRST_BIT = Dataset.of_numbers(
    "first-bit",
    ("x1", "x2", "x3"),
    ("y",),
    [[0, 0, 1], [1, 1, 0], [1, 0, 0], [0, 1, 1]],
    [[0], [1], [1], [0]],
)
SUM = Dataset.of_numbers(
    "sum", ("x1", "x2"), ("y",), [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [2]]
)

ROUNDED = 0.49
"""A tolerance within which rounding an output gives its bit."""


def recipes() -> Iterator[NamedRecipe]:
    """The reference systems."""
    yield NamedRecipe(
        "xnor-online",
        "XNOR by a step after every row, from positive weights",
        Recipe(
            (3,),
            ("relu", "logistic"),
            loss="cross-entropy",
            optimiser=Online(lr=0.1),
            init=Uniform(0.0, 1.0),
            tolerance=0.1,
            early_stopping=False,
            epochs=500,
            restarts=8,
        ),
        "xnor",
    )
    yield NamedRecipe(
        "first-bit",
        "the first of three bits, from four of the eight rows",
        Recipe(
            (4,),
            ("relu", "logistic"),
            loss="half-sse",
            optimiser=GradientDescent(lr=0.6),
            init=Normal(0.5),
            tolerance=0.1,
            early_stopping=False,
            epochs=100,
            restarts=8,
        ),
        FIRST_BIT,
    )
    yield NamedRecipe(
        "xor-leaky-step",
        "one step on XOR, every number of it known",
        Recipe(
            (2,),
            ("leaky-relu(0.5)",),
            optimiser=GradientDescent(lr=0.75),
            init=Fixed((0.2985, 0.0913, -0.5792, 0.4234, -0.4939, 0.189, 0.5266, 0.2958, 0.6358)),
            tolerance=ROUNDED,
            early_stopping=False,
            epochs=1,
            restarts=1,
        ),
        "xor",
    )
    yield _seeded("and-neuron", "AND by one neuron", "and", (), skip=0, epochs=1000)
    yield _seeded("or-neuron", "OR by one neuron", "or", (), skip=3, epochs=1000)
    yield _seeded("xor-sigmoid", "XOR by two hidden neurons", "xor", (2,), skip=15, epochs=10_000)
    yield _seeded(
        "half-adder",
        "carry and sum by two hidden neurons",
        "half-adder",
        (2,),
        skip=24,
        epochs=10_000,
    )
    yield NamedRecipe(
        "sum-deep", "the number x1 + x2, not a bit, by three hidden layers", _deep(), SUM
    )
    yield NamedRecipe("xor-deep", "XOR by three hidden layers", _deep(), "xor")
    yield NamedRecipe(
        "save-restore",
        "XOR learned, taken out as plain numbers and put back",
        Recipe((2,), init=Normal(1.0)),
        "xor",
    )
    yield NamedRecipe(
        "xor-deep-slip",
        "the same with a slip: targets where the inputs belong",
        _deep(slip=True),
        "xor",
    )


def _seeded(
    name: str, summary: str, learns: str, layers: tuple[int, ...], *, skip: int, epochs: int
) -> NamedRecipe:
    recipe = Recipe(
        layers,
        loss="half-sse",
        optimiser=GradientDescent(lr=1.0),
        init=Legacy(seed=42, skip=skip),
        tolerance=ROUNDED,
        early_stopping=False,
        epochs=epochs,
        restarts=1,
    )
    return NamedRecipe(name, f"{summary}, seed 42", recipe, learns)


def _deep(*, slip: bool = False) -> Recipe:
    return Recipe(
        (3, 3, 2),
        ("folded-relu(0.2)",),
        loss="half-sse",
        optimiser=(OnlineSlip if slip else Online)(lr=0.2, order="random", draws=100),
        init=Normal(1.0, biases=False),
        tolerance=0.05,
        early_stopping=False,
        epochs=20,
        restarts=8,
    )
