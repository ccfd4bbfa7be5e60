"""Writes metrics.json: what scikit-learn 1.9.1 (numpy 2.3.5) says of drawn answers and predictions.

Run where these versions are installed: python metrics.py > metrics.json
"""

import json
import sys

import numpy
import sklearn
from sklearn.calibration import _SigmoidCalibration, calibration_curve
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    balanced_accuracy_score,
    brier_score_loss,
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

assert (sklearn.__version__, numpy.__version__) == ("1.9.1", "2.3.5"), "other versions may say something else"


def expected_calibration_error(yes, probability, bins, strategy):
    """Guo et al. 2017, arXiv 1706.04599, on the probability of yes; bins as calibration_curve makes them."""
    share, mean = calibration_curve(yes, probability, n_bins=bins, strategy=strategy)
    if strategy == "uniform":
        edges = numpy.linspace(0.0, 1.0, bins + 1)
    else:
        edges = numpy.percentile(probability, numpy.linspace(0.0, 1.0, bins + 1) * 100)
    index = numpy.searchsorted(edges[1:-1], probability)
    count = numpy.bincount(index, minlength=bins)
    return float(numpy.sum(count[count > 0] * numpy.abs(share - mean)) / len(yes))


def averages(truth, predicted, labels):
    result = {}
    per_class = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0.0)
    result["classes"] = [
        {"precision": p, "recall": r, "f1": f, "support": int(s)} for p, r, f, s in zip(*per_class)
    ]
    for average in ("micro", "macro", "weighted"):
        p, r, f, _ = precision_recall_fscore_support(
            truth, predicted, labels=labels, average=average, zero_division=0.0
        )
        result[average] = {"precision": p, "recall": r, "f1": f}
    result["confusion"] = confusion_matrix(truth, predicted, labels=labels).tolist()
    result["balanced_accuracy"] = balanced_accuracy_score(truth, predicted)
    return result


def binary(name, yes, probability):
    yes = numpy.asarray(yes, dtype=int)
    probability = numpy.asarray(probability, dtype=float)
    return {
        "name": name,
        "yes": yes.tolist(),
        "probability": probability.tolist(),
        "auc": roc_auc_score(yes, probability),
        "brier": brier_score_loss(yes, probability),
        "log_loss": log_loss(yes, probability, labels=[0, 1]),
        "ece_equal_width": expected_calibration_error(yes, probability, 10, "uniform"),
        "ece_equal_mass": expected_calibration_error(yes, probability, 10, "quantile"),
        "at_half": averages(yes, (probability >= 0.5).astype(int), [0, 1]),
    }


def levels(name, truth, predicted):
    labels = [1, 2, 3, 4, 5]
    return {"name": name, "truth": list(truth), "predicted": list(predicted), **averages(truth, predicted, labels)}


def isotonic(name, x, y, at):
    fitted = IsotonicRegression(out_of_bounds="clip").fit(x, y)
    return {
        "name": name,
        "x": list(map(float, x)),
        "y": list(map(float, y)),
        "at": list(map(float, at)),
        "fitted": fitted.predict(at).tolist(),
    }


def calibration(name, yes, probability):
    yes = numpy.asarray(yes, dtype=int)
    probability = numpy.asarray(probability, dtype=float)
    log_odds = numpy.log(probability / (1.0 - probability))
    unpenalised = LogisticRegression(C=numpy.inf, fit_intercept=False, tol=1e-12, max_iter=10_000)
    platt = _SigmoidCalibration().fit(log_odds, yes)
    return {
        "name": name,
        "yes": yes.tolist(),
        "probability": probability.tolist(),
        "inverse_temperature": unpenalised.fit(log_odds[:, None], yes).coef_.item(),
        # scikit-learn writes 1 / (1 + exp(a x + b)).
        "platt_slope": -float(platt.a_),
        "platt_intercept": -float(platt.b_),
    }


draw = numpy.random.default_rng(20260401)
yes = (draw.random(60) < 0.35).astype(int)
smooth = numpy.clip(0.35 + 0.25 * (yes - 0.35) + 0.2 * draw.standard_normal(60), 0.001, 0.999)
rare = (draw.random(80) < 0.06).astype(int)
rare[3] = 1
document = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__},
    "binary": [
        binary("smooth", yes, numpy.round(smooth, 6)),
        binary("many ties", yes, numpy.round(smooth, 1)),
        binary("one value", yes, numpy.full(60, 0.35)),
        binary("rare yes", rare, numpy.round(draw.random(80), 4)),
        binary("certain and wrong", [0, 1, 1, 0, 1], [0.0, 1.0, 0.0, 1.0, 0.5]),
        binary("two answers", [0, 1], [0.2, 0.2]),
    ],
    "levels": [
        levels("drawn", draw.integers(1, 6, 70).tolist(), draw.integers(1, 6, 70).tolist()),
        levels("never said", [1, 1, 2, 5, 5, 5], [1, 3, 2, 5, 3, 3]),
    ],
    "calibration": [
        calibration("smooth", yes, numpy.round(smooth, 6)),
        calibration("too sure", yes, numpy.round(numpy.clip(smooth * 1.8 - 0.4, 0.02, 0.98), 4)),
    ],
    "isotonic": [
        isotonic("drawn", numpy.round(smooth, 2), yes, numpy.linspace(-0.1, 1.1, 25)),
        isotonic("all ties", [0.5] * 4, [0, 1, 1, 0], [0.0, 0.5, 1.0]),
        isotonic("falling", [1, 2, 3, 4], [1, 1, 0, 0], [0.0, 1.5, 2.5, 9.0]),
    ],
}
# One case a line: short to read, and a change shows which case it is of.
lines = [f'"versions": {json.dumps(document.pop("versions"))}']
for kind, cases in document.items():
    lines.append(f'"{kind}": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]")
sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")
