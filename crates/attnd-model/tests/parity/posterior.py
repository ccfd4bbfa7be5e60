"""Writes posterior.json: what scikit-learn 1.9.1 (numpy 2.3.5) says of ridge-penalised logistic regression, and numpy of
its curvature.

Run where these versions are installed: python posterior.py > posterior.json
"""

import json
import sys

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression

assert (sklearn.__version__, numpy.__version__) == ("1.9.1", "2.3.5"), "other versions may say something else"

draw = numpy.random.default_rng(1992)


def vector(count, width, precision):
    rows = draw.normal(size=(count, width)).round(4)
    rows[:, 0] = 1.0
    truth = draw.normal(size=width)
    yes = draw.uniform(size=count) < 1 / (1 + numpy.exp(-rows @ truth))
    model = LogisticRegression(C=1 / precision, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(rows, yes)
    weights = model.coef_[0]
    p = 1 / (1 + numpy.exp(-rows @ weights))
    curvature = rows.T @ (rows * (p * (1 - p))[:, None]) + precision * numpy.eye(width)
    at = draw.normal(size=width).round(4)
    return {
        "rows": rows.tolist(),
        "yes": yes.tolist(),
        "precision": precision,
        "weights": weights.tolist(),
        "at": at.tolist(),
        "spread": float(numpy.sqrt(at @ numpy.linalg.solve(curvature, at))),
    }


json.dump([vector(30, 3, 1.0), vector(60, 5, 10.0), vector(12, 6, 0.5)], sys.stdout)
