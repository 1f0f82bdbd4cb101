"""What scikit-learn does with classifiers, done with ours: clones, pipelines, searches and cross-validation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gatewright as gw
from gatewright.errors import UsageError

why = "scikit-learn is not installed: pip install scikit-learn"
base = pytest.importorskip("sklearn.base", reason=why)
selection = pytest.importorskip("sklearn.model_selection", reason=why)
pipeline = pytest.importorskip("sklearn.pipeline", reason=why)
preprocessing = pytest.importorskip("sklearn.preprocessing", reason=why)
ensemble = pytest.importorskip("sklearn.ensemble", reason=why)


def rows(count: int = 160) -> tuple[Any, Any]:
    """Numbers, of which two decide."""
    x = np.random.default_rng(3).normal(size=(count, 4)).round(1)
    return x, (x[:, 1] > 0.2) & (x[:, 3] < 0.5)


def small(**more: Any) -> Any:
    return gw.CircuitClassifier(learners=("tree",), **more)


def test_a_clone_has_the_parameters_and_nothing_learned() -> None:
    x, y = rows()
    made = small(seed=3, most_ands=300).fit(x, y)
    copy = base.clone(made)
    assert copy.get_params() == made.get_params()
    assert not hasattr(copy, "learned_")
    assert base.is_classifier(made)
    assert not base.is_regressor(made)
    assert copy.set_params(seed=4, learners=("forest",)) is copy
    assert (copy.seed, copy.learners, made.seed) == (4, ("forest",), 3)


@pytest.mark.parametrize("names", [(0, 1), ("no", "yes"), ("low", "middle", "high")])
def test_cross_validation_of_classes(names: tuple[Any, ...]) -> None:
    x, y = rows()
    places = y.astype(int) if len(names) == 2 else np.digitize(x[:, 1], [-0.5, 0.5])
    classes = np.array(names)[places]
    scores = selection.cross_val_score(small(), x, classes, cv=3)
    assert scores.shape == (3,)
    assert scores.mean() > 0.85
    # The folds are stratified, as they are for classifiers alone.
    told = selection.cross_val_predict(small(), x, classes, cv=3)
    assert set(told) <= set(names)
    assert selection.check_cv(3, classes, classifier=base.is_classifier(small())).n_splits == 3


def test_pipelines_and_searches() -> None:
    x, y = rows()
    steps = pipeline.make_pipeline(preprocessing.StandardScaler(), small())
    assert selection.cross_val_score(steps, x, y, cv=3).mean() > 0.85
    searched = selection.GridSearchCV(steps, {"circuitclassifier__most_ands": [20, 200]}, cv=3)
    found = searched.fit(x, y).best_params_["circuitclassifier__most_ands"]
    assert found in (20, 200)
    assert searched.score(x, y) > 0.85
    voting = ensemble.VotingClassifier([("a", small()), ("b", small(seed=1))])
    assert voting.fit(x, y).score(x, y) > 0.85
    many = ensemble.BaggingClassifier(small(), n_estimators=2, random_state=0)
    assert many.fit(x, y).score(x, y) > 0.8


def test_what_is_refused_is_told_by_cross_validation() -> None:
    x, y = rows()
    x[5, 2] = np.nan
    with pytest.raises(UsageError, match="'x2' of the data has no value in 1 of"):
        selection.cross_val_score(small(), x, y, cv=3, error_score="raise")
