"""Boosted trees whose scores are made probabilities, and the logistic regression that they are held against.

scikit-learn takes seconds to load: imported by who fits, never by the web.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from analytics.insight.values import Floats

SEED = 20260301


class Model(Protocol):
    def predict_proba(self, matrix: Floats) -> Floats: ...


@contextmanager
def on_one_core() -> Iterator[None]:
    """Threads that wait for each other on a busy machine take many times as long as one that does not."""
    import sklearn.ensemble  # noqa: F401 (what is loaded later is not limited)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


def boosted(matrix: Floats, target: Floats, categorical: list[bool], leaves: int = 15) -> Model:
    """Small trees, many of them, slowly: what holds where the future is not quite the past."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=200, max_leaf_nodes=leaves, min_samples_leaf=40, l2_regularization=5.0,
        categorical_features=categorical, early_stopping=False, random_state=SEED,
    )  # fmt: skip
    fitted: Model = model.fit(matrix, target)
    return fitted


def logistic(matrix: Floats, target: Floats, categorical: list[bool]) -> Model:
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    kinds = np.array(categorical)
    parts = []
    if not kinds.all():
        amounts = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
        parts.append((amounts, np.flatnonzero(~kinds)))
    if kinds.any():
        words = make_pipeline(
            SimpleImputer(strategy="constant", fill_value=-1.0), OneHotEncoder(handle_unknown="ignore")
        )
        parts.append((words, np.flatnonzero(kinds)))
    fitted: Model = make_pipeline(make_column_transformer(*parts), LogisticRegression(max_iter=2000)).fit(
        matrix, target
    )
    return fitted


def calibrated(model: Model, matrix: Floats, target: Floats) -> Model:
    """The model's scores as probabilities, by people it has not learnt from (J. Platt, 1999)."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    fitted: Model = CalibratedClassifierCV(FrozenEstimator(model), method="sigmoid").fit(matrix, target)
    return fitted
