"""How well does implicit's alternating least squares recommend, and in how much time? Prints one JSON document.

FOLDER holds train.tsv, valid.tsv and test.tsv of one split: a person and a thing a line, numbered from nought. Settings are
chosen by nDCG@10 on valid.tsv after learning from train.tsv; what is judged on test.tsv learnt from both. Every setting is
run once, the chosen one FITS times by one thread and by all.

    OPENBLAS_NUM_THREADS=1 python3 rank_implicit.py FOLDER
"""

import itertools
import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from implicit.als import AlternatingLeastSquares
from scipy.sparse import csr_matrix

PLACES = 10
SEED = 1
FITS = 5
# The settings among which the choice lies: around those that are known to do well on such data.
FACTORS = [32, 64, 128]
REGULARIZATIONS = [10.0, 30.0, 100.0]
ALPHAS = [1.0, 4.0, 10.0]
# The penalties of the closed form.
PENALTIES = [100.0, 300.0, 800.0]


def read(path):
    rows = np.loadtxt(path, dtype=np.int64, ndmin=2, usecols=(0, 1))
    return rows if rows.size else rows.reshape(0, 2)


def matrix(rows, shape):
    found = csr_matrix((np.ones(len(rows), dtype=np.float32), (rows[:, 0], rows[:, 1])), shape=shape)
    # What stands twice was summed.
    found.data[:] = 1.0
    return found


def figures(scores, seen, test):
    """nDCG, average precision (over all that is wanted, as the protocol's authors divide it), precision and recall of the
    first places among what was not seen, mean over people."""
    scores = scores.astype(np.float64)
    scores[seen.nonzero()] = -np.inf
    first = np.argpartition(-scores, PLACES, axis=1)[:, :PLACES]
    order = np.argsort(-np.take_along_axis(scores, first, axis=1), axis=1, kind="stable")
    first = np.take_along_axis(first, order, axis=1)
    discounts = 1.0 / np.log2(np.arange(2, PLACES + 2))
    sums, people = np.zeros(4), 0
    for person in range(test.shape[0]):
        wanted = set(test.indices[test.indptr[person] : test.indptr[person + 1]])
        if not wanted:
            continue
        people += 1
        hits = np.array([thing in wanted for thing in first[person]], dtype=float)
        ideal = discounts[: min(len(wanted), PLACES)].sum()
        precisions = hits.cumsum() / np.arange(1, PLACES + 1)
        average = (precisions * hits).sum() / len(wanted)
        sums += [(hits * discounts).sum() / ideal, average, hits.sum() / PLACES, hits.sum() / len(wanted)]
    names = ["ndcg_at_10", "map_at_10", "precision_at_10", "recall_at_10"]
    return dict(zip(names, (sums / max(people, 1)).tolist())) | {"people": people}


def fitted(train, setting, threads):
    factors, regularization, alpha = setting
    model = AlternatingLeastSquares(
        factors=factors, regularization=regularization, alpha=alpha, num_threads=threads, random_state=SEED
    )
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(train, show_progress=False)
    took = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return model.user_factors @ model.item_factors.T, took


def least_squares(fit, valid, train, test):
    started = time.process_time()

    def on_valid(setting):
        return figures(fitted(fit, setting, 1)[0], fit, valid)["ndcg_at_10"]

    chosen = max(itertools.product(FACTORS, REGULARIZATIONS, ALPHAS), key=on_valid)
    answer = {
        "chosen": dict(zip(["factors", "regularization", "alpha"], chosen)),
        "iterations": 15,
        "choose_cpu_s": time.process_time() - started,
    }
    for name, threads in [("one_thread", 1), ("all_threads", os.cpu_count())]:
        runs = [fitted(train, chosen, threads)[1] for _ in range(FITS)]
        answer[name] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return answer | figures(fitted(train, chosen, 1)[0], train, test)


def closed_form(train, penalty):
    """EASE (Steck 2019), as its paper writes it in numpy."""
    gram = (train.T @ train).toarray().astype(np.float64)
    wall, cpu = time.perf_counter(), time.process_time()
    gram[np.diag_indices_from(gram)] += penalty
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    took = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return train @ weights, took


def ease(fit, valid, train, test):
    chosen = max(
        PENALTIES, key=lambda penalty: figures(closed_form(fit, penalty)[0], fit, valid)["ndcg_at_10"]
    )
    scores, took = closed_form(train, chosen)
    return {"chosen": {"penalty": chosen}, "one_thread": took} | figures(scores, train, test)


def popularity(train, test):
    counts = np.asarray(train.sum(axis=0)).ravel()
    return figures(np.tile(counts, (train.shape[0], 1)), train, test)


def main(folder):
    fit, valid, test = (read(Path(folder) / f"{name}.tsv") for name in ("train", "valid", "test"))
    people, things = np.concatenate([fit, valid, test]).max(axis=0) + 1
    shape = (int(people), int(things))
    train = matrix(np.concatenate([fit, valid]), shape)
    fit, valid, test = (matrix(part, shape) for part in (fit, valid, test))
    return {
        "implicit_als": least_squares(fit, valid, train, test),
        "numpy_ease": ease(fit, valid, train, test),
        "popularity": popularity(train, test),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
