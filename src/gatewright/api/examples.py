"""Learning a circuit from arrays of examples, in the manner of scikit-learn's classifiers.

Example:
    >>> x = np.random.default_rng(0).integers(0, 2, (400, 6))
    >>> y = (x[:, 0] ^ x[:, 1]) & x[:, 2]
    >>> model = learn(x, y)
    >>> model.predict([[1, 0, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0]]).tolist(), model.score(x, y)
    ([1, 0], 1.0)
    >>> model.circuit_.netlist.input_nets[:3], model.learned_.size
    (('x0', 'x1', 'x2'), 4)
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from gatewright.api.circuits import circuit
from gatewright.checks import check_count, is_number
from gatewright.circuits.circuit import Circuit
from gatewright.errors import UsageError
from gatewright.examples.choose import MOST_ANDS, Learned
from gatewright.examples.choose import learn as _learn
from gatewright.examples.data.answers import answers_of
from gatewright.examples.data.bits import encoded
from gatewright.examples.data.table import Table, table_of


class CircuitClassifier:
    """A circuit that is learned from rows, with `fit`, `predict` and `score` as scikit-learn has them.

    It works with ``cross_val_score`` and pipelines, and does not need scikit-learn. Columns that hold other
    numbers than 0 and 1 become bits by thresholds learned from the rows.

    Args:
        most_ands: most AND nodes.
        seconds: after which nothing new is tried; by default there is no limit, and the same seed gives the same
            circuit.
        seed: of everything random.
        learners: the names of some of `circuits learners`; all by default.

    Attributes:
        learned_: how it was learned, after `fit`.
        circuit_: the circuit, after `fit`; ``circuit_.train()`` makes it of trained gates.
        classes_: what ``y`` held.

    Example:
        >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 20)
        >>> CircuitClassifier(learners=("tree",)).fit(x, x[:, 0] | x[:, 1]).predict([[0, 1]]).tolist()
        [1]
    """

    _estimator_type = "classifier"

    def __init__(
        self,
        *,
        most_ands: int = MOST_ANDS,
        seconds: float | None = None,
        seed: int = 0,
        learners: Sequence[str] = (),
    ) -> None:
        self.most_ands = most_ands
        self.seconds = seconds
        self.seed = seed
        self.learners = learners

    def fit(self, X: Any, y: Any) -> CircuitClassifier:  # noqa: N803 - as scikit-learn calls it
        """Learn.

        Args:
            X: bits or numbers, shape (rows, inputs).
            y: bits or classes, shape (rows,); or bits of several outputs, shape (rows, outputs).

        Raises:
            UsageError: the shapes do not fit, a value is missing or infinite, there are too few rows, or one
                class only.
        """
        check_count("most_ands", self.most_ands)
        check_count("seed", self.seed, 0)
        if isinstance(self.learners, str):
            raise UsageError(
                f"learners={self.learners!r} is one name", hint=f"give several: ['{self.learners}']"
            )
        if self.seconds is not None and not (is_number(self.seconds) and self.seconds > 0):
            raise UsageError(f"seconds={self.seconds!r} is not a time", hint="give more than 0")
        y = answers_of(y)
        self.classes_ = np.unique(y)
        self._outputs = y.shape[1:]
        if y.ndim == 1:
            numbers = np.searchsorted(self.classes_, y)
            if len(self.classes_) > 2:  # as texts, of which each is a class
                numbers = np.char.add("c", numbers.astype(str))
        elif not np.isin(y, (0, 1)).all():
            raise UsageError(
                "y of several outputs holds other values than 0 and 1",
                hint="give a column of bits for each output",
            )
        else:
            numbers = y
        if len(self.classes_) < 2:
            raise UsageError(
                f"y holds {_shown(self.classes_)} alone", hint="examples of both are needed"
            )
        self.learned_: Learned = _learn(
            table_of(X, numbers),
            most_ands=self.most_ands,
            seconds=float("inf") if self.seconds is None else self.seconds,
            seed=self.seed,
            learners=self.learners,
        )
        self.circuit_: Circuit = circuit(self.learned_.netlist())
        self.n_features_in_ = np.shape(X)[1]
        return self

    def predict(self, X: Any) -> Any:  # noqa: N803 - as scikit-learn calls it
        """The class of each row, or the bits of each output.

        Args:
            X: as for `fit`, shape (rows, inputs).

        Raises:
            UsageError: the shape does not fit, a value is missing or infinite, or is neither 0 nor 1 where
                all that was learned from are bits.
        """
        if not hasattr(self, "learned_"):
            raise UsageError("nothing is learned yet", hint="call fit(X, y) first")
        table = self._rows(X)
        if table is None:
            return np.zeros((0, *self._outputs), self.classes_.dtype)
        bits = self.learned_.values(encoded(table, self.learned_.inputs))
        if self._outputs:
            return bits
        if len(self.classes_) == 2:
            return self.classes_[bits[:, 0]]
        names = [each.name for each in self.learned_.outputs]
        places = np.array([int(name.partition("==c")[2]) for name in names])
        return self.classes_[places[bits.argmax(1)]]  # of several or none, the first

    def _rows(self, x: Any) -> Table | None:
        """Rows to answer as a table; none where there are no rows."""
        shape = np.shape(x)
        if len(shape) == 2 and shape[1] != self.n_features_in_:
            raise UsageError(
                f"X has shape {shape}, and rows of {self.n_features_in_} inputs were learned from",
                hint="give the same columns",
            )
        return None if len(shape) == 2 and not shape[0] else table_of(x, None)

    def score(self, X: Any, y: Any) -> float:  # noqa: N803 - as scikit-learn calls it
        """The part of the rows that is right, in every output."""
        found, wanted = self.predict(X), answers_of(y)
        if found.shape != wanted.shape:
            raise UsageError(
                f"y has the shape {wanted.shape}, and answers have {found.shape}",
                hint="give an answer for each row of X",
            )
        if not len(wanted):
            raise UsageError("there are no rows to count", hint="give some")
        right = found == wanted
        return float((right if right.ndim == 1 else right.all(1)).mean())

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - scikit-learn's own
        """What it was made with."""
        return {
            "most_ands": self.most_ands,
            "seconds": self.seconds,
            "seed": self.seed,
            "learners": self.learners,
        }

    def set_params(self, **params: Any) -> CircuitClassifier:
        """The same with other parameters."""
        for name, value in params.items():
            if name not in self.get_params():
                raise UsageError(
                    f"there is no parameter '{name}'",
                    hint=f"it takes {', '.join(self.get_params())}",
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Its parameters, but those that are as by default, as scikit-learn shows them."""
        usual = CircuitClassifier().get_params()
        shown = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if name not in usual or repr(value) != repr(usual[name])
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks a classifier for; by then it is there."""
        utils = sys.modules["sklearn.utils"]
        return utils.Tags(
            estimator_type="classifier",
            target_tags=utils.TargetTags(required=True),
            classifier_tags=utils.ClassifierTags(),
        )


def _shown(values: Any) -> str:
    """Values on one line."""
    return ", ".join(map(str, np.asarray(values).tolist())) or "nothing"


def learn(
    X: Any,  # noqa: N803 - as scikit-learn calls it
    y: Any,
    *,
    most_ands: int = MOST_ANDS,
    seconds: float | None = None,
    seed: int = 0,
    learners: Sequence[str] = (),
) -> CircuitClassifier:
    """Learn a circuit from rows of examples, to be right on rows that it has not seen.

    Args:
        X: bits or numbers, shape (rows, inputs).
        y: bits or classes, shape (rows,); or bits of several outputs, shape (rows, outputs).
        most_ands: most AND nodes.
        seconds: after which nothing new is tried.
        seed: of everything random.
        learners: the names of some of `circuits learners`; all by default.

    Example:
        >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 20)
        >>> learn(x, x[:, 0] & x[:, 1], learners=["tree"]).learned_.size
        1
    """
    made = CircuitClassifier(most_ands=most_ands, seconds=seconds, seed=seed, learners=learners)
    return made.fit(X, y)
