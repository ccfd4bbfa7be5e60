# Writes minirocket.json: what aeon's MiniRocket makes of small windows, and ridge.json: what scikit-learn's
# RidgeClassifierCV makes of small tables. Run with: aeon==1.6.0, scikit-learn==1.9.1, numpy==2.3.5, numba==0.63.1.
import json
import pathlib

import numpy as np
from aeon.transformations.collection.convolution_based import MiniRocket
from aeon.transformations.collection.convolution_based._minirocket import _fit_dilations
from sklearn.linear_model import RidgeCV, RidgeClassifierCV

here = pathlib.Path(__file__).parent
random = np.random.default_rng(1)


def windows(cases, channels, steps):
    """Walks on a grid of eighths: sums of them are exact, whatever their order."""
    return np.round(np.cumsum(random.normal(size=(cases, channels, steps)), axis=2) * 8) / 8


def fitted(channels, steps, kernels):
    x = windows(3, channels, steps).astype(np.float32)
    transform = MiniRocket(n_kernels=kernels, random_state=0)
    transform.fit(x[:1])
    many, indices, dilations, per_dilation, biases = transform.parameters
    ends = np.cumsum(many)
    together = [indices[end - count : end].tolist() for end, count in zip(ends, many)]
    return {
        "windows": x.tolist(),
        "dilations": dilations.tolist(),
        "features_per_dilation": per_dilation.tolist(),
        "together": together,
        "thresholds": [float(f"{v:.9g}") for v in biases],
        "features": [[float(f"{v:.9g}") for v in row] for row in transform.transform(x)],
    }


lengths = []
for steps in [9, 10, 17, 33, 57, 64, 65, 100, 128, 257, 300, 450, 600, 900, 1801]:
    for features in [84, 500, 2_000, 10_000]:
        dilations, per_dilation = _fit_dilations(steps, features, 32)
        lengths.append({
            "steps": steps,
            "features": features,
            "dilations": dilations.tolist(),
            "features_per_dilation": per_dilation.tolist(),
        })
(here / "minirocket.json").write_text(json.dumps({
    "univariate": [fitted(1, 40, 300)],
    "multivariate": [fitted(3, 33, 400), fitted(5, 70, 200)],
    "dilations": lengths,
}))

tables = []
for rows, columns in [(30, 6), (20, 40)]:
    x = random.normal(size=(rows, columns))
    y = (x[:, :3].sum(axis=1) + 0.5 * random.normal(size=rows) > 0.2).astype(int)
    strengths = np.logspace(-3, 3, 10)
    classifier = RidgeClassifierCV(alphas=strengths, store_cv_results=True).fit(x, y)
    regression = RidgeCV(alphas=strengths, store_cv_results=True).fit(x, 2.0 * y - 1.0)
    tables.append({
        "rows": x.tolist(),
        "yes": y.tolist(),
        "strengths": strengths.tolist(),
        "strength": float(classifier.alpha_),
        "weights": np.ravel(classifier.coef_).tolist(),
        "intercept": float(np.ravel(classifier.intercept_)[0]),
        "scores": classifier.decision_function(x).tolist(),
        "left_out_errors": regression.cv_results_.mean(axis=0).tolist(),
    })
(here / "ridge.json").write_text(json.dumps(tables))
