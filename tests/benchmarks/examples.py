"""Circuits learned from examples beside scikit-learn's own classifiers: the same rows in one run, with sizes.

    pip install scikit-learn
    python tests/benchmarks/examples.py --only digits
    python tests/benchmarks/examples.py --only monks-1,monks-2,monks-3 --monks DIR

The rows are scikit-learn's digits (ten classes, a bit each) and its breast cancer, of which a quarter judges, and
MONK's problems from a folder with monks-1.train, monks-1.test and so on (S. B. Thrun et al., CMU-CS-91-197, 1991;
UCI, CC BY 4.0), whose test rows are all 432. Sizes: ANDs of a circuit; nodes of a tree, and of all trees of a
forest, each a comparison of a number of 64 bits; numbers of a logistic regression, to be multiplied. Times are of
the processor. A circuit is learned by all learners from all rows that do not judge, as by ``circuits learn FILE
--test FILE``, in so many seconds at most; the others by their defaults.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gatewright.examples.choose import learn
from gatewright.examples.data.bits import encoded
from gatewright.examples.data.table import table_of

NAMES = ("monks-1", "monks-2", "monks-3", "breast-cancer", "digits")

Rows = tuple[Any, Any, Any, Any]
"""X and y to learn from, X and y to judge by."""


def rows_of(name: str, monks: Path | None, seed: int) -> Rows | None:
    """The rows of a name; none where the folder of MONK's problems is not given."""
    if name.startswith("monks"):
        if monks is None:
            return None
        parts = []
        for end in ("train", "test"):
            lines = (monks / f"{name}.{end}").read_text(encoding="utf-8").split("\n")
            cells = [line.split()[:7] for line in lines if line.strip()]
            table = np.array(cells, dtype=int)
            parts += [table[:, 1:], table[:, 0]]
        return parts[0], parts[1], parts[2], parts[3]
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    load = {"digits": datasets.load_digits, "breast-cancer": datasets.load_breast_cancer}[name]
    x, y = load(return_X_y=True)
    x, new_x, y, new_y = train_test_split(x, y, test_size=0.25, random_state=seed, stratify=y)
    return x, y, new_x, new_y


def results(
    rows: Rows, seconds: float | None, seed: int
) -> Iterator[tuple[str, float, str, float]]:
    """What each classifier has right of the rows that judge, its size, and the time it took."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeClassifier

    x, y, new_x, new_y = rows
    start = time.process_time()
    learned = learn(
        table_of(x, classes(y)),
        test=table_of(new_x, classes(new_y)),
        seconds=float("inf") if seconds is None else seconds,
        seed=seed,
    )
    taken = time.process_time() - start
    chosen = ", ".join(sorted({output.chosen.name for output in learned.outputs}))
    bits = learned.values(encoded(table_of(new_x, None), learned.inputs))
    said = bits[:, 0] if bits.shape[1] == 1 else bits.argmax(1)
    yield "circuit", float((said == new_y).mean()), f"{learned.size} ANDs ({chosen})", taken
    classifiers: dict[str, Any] = {
        "tree": DecisionTreeClassifier(random_state=seed),
        "forest": RandomForestClassifier(random_state=seed),
        "logistic": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
    }
    for name, each in classifiers.items():
        start = time.process_time()
        each.fit(x, y)
        taken = time.process_time() - start
        yield name, each.score(new_x, new_y), size(name, each), taken


def classes(y: Any) -> Any:
    """Bits as they are; more classes as texts, of which each becomes a bit."""
    return y if y.max() == 1 else np.char.add("c", y.astype(str))


def size(name: str, model: Any) -> str:
    """What a fitted classifier is made of."""
    if name == "tree":
        return f"{model.tree_.node_count} nodes"
    if name == "forest":
        return f"{sum(tree.tree_.node_count for tree in model.estimators_)} nodes"
    last = model[-1]
    return f"{last.coef_.size + last.intercept_.size} numbers"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", default=",".join(NAMES), help="names, with commas between")
    parser.add_argument("--monks", type=Path, help="folder of MONK's problems")
    parser.add_argument("--seconds", type=float, help="for a circuit; by default without end")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    names = asked.only.split(",")
    if unknown := sorted(set(names) - set(NAMES)):
        sys.exit(f"no rows called {', '.join(unknown)}; there are {', '.join(NAMES)}")
    print("| rows | | right | size | s |")
    print("|---|---|---|---|---|")
    for name in names:
        rows = rows_of(name, asked.monks, asked.seed)
        if rows is None:
            print(f"| {name} | left out: no --monks DIR | | | |")
            continue
        for who, right, made, taken in results(rows, asked.seconds, asked.seed):
            print(f"| {name} | {who} | {100 * right:.2f} % | {made} | {taken:.1f} |", flush=True)


if __name__ == "__main__":
    main()
