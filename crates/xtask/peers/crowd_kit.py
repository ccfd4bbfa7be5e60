"""What does Crowd-Kit make of one set of answers, and in how much processor time? Prints one JSON document.

methods: every method at its defaults, and what Dawid-Skene reports as its bound beside the bound it should report.
quick: the same without the methods that take minutes.
iterations: one iteration of Dawid-Skene, and the same model as sparse matrix products in numpy, the faster opponent.

    OMP_NUM_THREADS=1 python3 crowd_kit.py methods|quick|iterations FOLDER
"""

import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse

from crowdkit.aggregation import (
    GLAD,
    KOS,
    MACE,
    MMSR,
    DawidSkene,
    MajorityVote,
    OneCoinDawidSkene,
    Wawa,
    ZeroBasedSkill,
)

warnings.filterwarnings("ignore")

EPSILON = 1e-10
# Answers above which GLAD takes Crowd-Kit minutes to hours.
MOST_FOR_GLAD = 50_000


def read(folder):
    """Answers, and the truth of units that have answers; names and labels as text."""
    answers = pd.read_csv(folder / "labels.csv", dtype=str)[["task", "worker", "label"]]
    truth = pd.read_csv(folder / "truth.csv", dtype=str).set_index("task")["label"]
    return answers, truth[truth.index.isin(answers["task"])]


def accuracies(labels, probabilities, truth):
    """As given, where ties fall to the first label, and expected where ties are broken at random."""
    as_given = float((labels.loc[truth.index] == truth).mean())
    if probabilities is None:
        return {"accuracy": as_given, "accuracy_as_given": as_given}
    rows = probabilities.loc[truth.index]
    values = rows.to_numpy(dtype=float)
    best = np.isclose(values, values.max(axis=1, keepdims=True), rtol=1e-9, atol=0.0)
    right = best[np.arange(len(rows)), rows.columns.get_indexer(truth)]
    # A truth nobody answered has no column: its index is -1 and it is wrong.
    right &= rows.columns.get_indexer(truth) >= 0
    return {"accuracy": float((right / best.sum(axis=1)).mean()), "accuracy_as_given": as_given}


def timed(run):
    start = time.process_time()
    result = run()
    return result, time.process_time() - start


def measured(method, answers, truth):
    """One fit: accuracy, processor seconds and, where it tells them, iterations."""
    labels, cpu_s = timed(lambda: method.fit_predict(answers))
    probabilities = getattr(method, "probas_", None)
    history = getattr(method, "loss_history_", None)
    result = accuracies(labels, probabilities, truth)
    result |= {"cpu_s": cpu_s, "iterations": None if history is None else len(history)}
    return result


def methods(answers, truth, quick):
    labels = answers["label"].nunique()
    ways = {
        "majority": MajorityVote(),
        "wawa": Wawa(),
        "dawid-skene": DawidSkene(),
        "one-coin": OneCoinDawidSkene(),
    }
    if labels == 2:
        ways["kos"] = KOS()
    if not quick:
        ways["zero-based"] = ZeroBasedSkill()
        ways["mace"] = MACE()
        if len(answers) <= MOST_FOR_GLAD:
            ways["glad"] = GLAD()
            # Its dense matrix of minds by units is the size of these sets' memory beyond.
            ways["mmsr"] = MMSR()
    results = {}
    for name, method in ways.items():
        try:
            results[name] = measured(method, answers, truth)
        except Exception as fault:  # What it cannot do is a finding about it.
            results[name] = {"failed": f"{type(fault).__name__}: {fault}"}
    return results


class Watched(DawidSkene):
    """Crowd-Kit's Dawid-Skene, keeping beside its bound the one with the prior once per unit."""

    def _evidence_lower_bound(self, data, probas, priors, errors):
        reported = super()._evidence_lower_bound(data, probas, priors, errors)
        logs = np.log(priors.clip(lower=EPSILON))
        often = data.groupby("task", sort=False).size()
        surplus = probas.mul(often.loc[probas.index] - 1, axis=0).mul(logs, axis=1).to_numpy().sum()
        self.bounds.append((reported, float(reported - surplus)))
        self.seen.append(probas.copy())
        return reported


def falls(values):
    """How often a value is below the one before, by more than rounding."""
    return sum(after < before - 1e-9 * abs(before) for before, after in zip(values, values[1:]))


def bound(answers, truth, iterations):
    """Where its bound halts it, and what both bounds do over so many iterations."""
    halted = len(DawidSkene().fit(answers).loss_history_)
    iterations = max(iterations, halted)
    method = Watched(n_iter=iterations, tol=-1e9)
    method.bounds, method.seen = [], []
    method.fit(answers)
    reported, right = zip(*method.bounds)
    gains = np.diff(np.array(right) / len(answers))
    still = np.nonzero(gains < 1e-5)[0]

    def at(index):
        probabilities = method.seen[index]
        return accuracies(probabilities.idxmax(axis=1), probabilities, truth)["accuracy"]

    return {
        "halts_after": halted,
        # The same rule on the right bound; null where that many iterations are not enough.
        "right_bound_halts_after": int(still[0]) + 2 if len(still) else None,
        "iterations_looked_at": iterations,
        "reported_bound_falls": falls(reported),
        "right_bound_falls": falls(right),
        "reported_bound_first": list(reported[:5]),
        "right_bound_first": list(right[:5]),
        "accuracy_where_it_halts": at(halted - 1),
        "accuracy_after_all": at(-1),
    }


def per_iteration(answers, few=2, many=12):
    """Processor seconds of one iteration: the difference of two forced counts, the faster of three."""

    def fit(count):
        return min(timed(lambda: DawidSkene(n_iter=count, tol=-1e9).fit(answers))[1] for _ in range(3))

    return (fit(many) - fit(few)) / (many - few)


class Sparse:
    """Dawid-Skene by maximum likelihood where both steps are one product with a sparse matrix."""

    def __init__(self, answers):
        answers = answers.drop_duplicates()
        unit, self.units = pd.factorize(answers["task"])
        mind, minds = pd.factorize(answers["worker"])
        label, self.labels = pd.factorize(answers["label"], sort=True)
        self.count, self.minds = len(self.labels), len(minds)
        shape = (len(self.units), self.minds * self.count)
        ones = np.ones(len(answers))
        self.said = scipy.sparse.csr_matrix((ones, (unit, mind * self.count + label)), shape=shape)
        self.said_by = self.said.T.tocsr()
        votes = scipy.sparse.csr_matrix((ones, (unit, label)), shape=(len(self.units), self.count)).toarray()
        self.posterior = votes / votes.sum(axis=1, keepdims=True)

    def step(self):
        """One M and one E step; the log-likelihood of the parameters it found."""
        prior = self.posterior.mean(axis=0)
        counts = (self.said_by @ self.posterior).reshape(self.minds, self.count, self.count)
        # [mind, answer, truth]: each truth's answers sum to one.
        # Never seen is very rare, and a truth a mind never met says nothing, as in Crowd-Kit.
        counts = np.maximum(counts, EPSILON)
        logs = np.log(counts / counts.sum(axis=1, keepdims=True)).reshape(-1, self.count)
        joint = self.said @ logs + np.log(np.maximum(prior, EPSILON))
        most = joint.max(axis=1, keepdims=True)
        scaled = np.exp(joint - most)
        total = scaled.sum(axis=1, keepdims=True)
        self.posterior = scaled / total
        return float((most + np.log(total)).sum())

    def fit(self, most=1_000, tolerance=1e-7):
        likelihood = []
        while len(likelihood) < most:
            likelihood.append(self.step())
            if len(likelihood) > 1 and likelihood[-1] - likelihood[-2] < tolerance * abs(likelihood[-1]):
                break
        return likelihood


def sparse(answers, truth):
    model, prepared_s = timed(lambda: Sparse(answers))
    likelihood, cpu_s = timed(model.fit)
    probabilities = pd.DataFrame(model.posterior, index=model.units, columns=model.labels)
    result = accuracies(probabilities.idxmax(axis=1), probabilities, truth)
    rounds = 30
    steps = [timed(lambda: [model.step() for _ in range(rounds)])[1] / rounds for _ in range(3)]
    return result | {
        "cpu_s": cpu_s,
        "preparation_cpu_s": prepared_s,
        "iterations": len(likelihood),
        "cpu_s_per_iteration": min(steps),
        "log_likelihood": likelihood[-1],
        "log_likelihood_falls": falls(likelihood),
    }


def main():
    what, folder = sys.argv[1], Path(sys.argv[2])
    answers, truth = read(folder)
    if what == "iterations":
        result = {
            "crowd_kit": {"cpu_s_per_iteration": per_iteration(answers)},
            "numpy": sparse(answers, truth),
        }
    else:
        quick = what == "quick"
        result = {
            "version": version("crowd-kit"),
            "answers": len(answers),
            "gold": len(truth),
            "methods": methods(answers, truth, quick),
            "dawid_skene_bound": bound(answers, truth, 20 if quick else 60),
        }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
