"""Which weights do scikit-learn and statsmodels find? Writes regression.json, read by the hierarchical estimator's tests.

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1 statsmodels==0.14.6
    venv/bin/python regression.py > regression.json
"""

import json

import numpy as np
import sklearn
import statsmodels
from sklearn.linear_model import LogisticRegression
from statsmodels.miscmodels.ordinal_model import OrderedModel

rng = np.random.default_rng(7)
rows, width = 60, 4
inputs = np.round(rng.normal(size=(rows, width)), 6)
reach = inputs @ np.array([1.2, -0.7, 0.0, 0.4]) + rng.logistic(size=rows)
yes = (reach > 0.3).astype(int)
levels = np.digitize(reach, [-1.5, -0.4, 0.6, 1.8])

ridge = []
for strength in (0.5, 10.0):
    fit = LogisticRegression(C=1.0 / strength, tol=1e-12, max_iter=100_000, solver="newton-cholesky").fit(inputs, yes)
    ridge.append({"strength": strength, "weights": fit.coef_[0].tolist(), "intercept": float(fit.intercept_[0])})

ordered = OrderedModel(levels, inputs, distr="logit").fit(method="newton", tol=1e-10, maxiter=200, disp=False)
parameters = np.asarray(ordered.params)
cuts = np.cumsum(np.concatenate([[parameters[width]], np.exp(parameters[width + 1 :])]))

print(
    json.dumps(
        {
            "scikit_learn": sklearn.__version__,
            "statsmodels": statsmodels.__version__,
            "inputs": inputs.tolist(),
            "yes": yes.tolist(),
            "levels": levels.tolist(),
            "ridge": ridge,
            # An answer reaches level k with σ(x·w - cut): our thresholds are the cuts with their sign turned.
            "ordered": {"weights": parameters[:width].tolist(), "thresholds": (-cuts).tolist()},
            "ordered_log_likelihood": float(ordered.llf),
        },
    )
)
