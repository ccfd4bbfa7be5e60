"""What do scikit-learn's linear models make of labelled texts, and in how much time? Prints one JSON document.

tables: writes the published sets in DATA as tables of text and label into OUT; their names.
eval: TF-IDF of words and characters under LinearSVC, learnt from TRAIN, judged on TEST.
speed: megabytes of text a second that HashingVectorizer turns into features.

    OMP_NUM_THREADS=1 python3 text_sklearn.py tables DATA OUT | eval TRAIN TEST | speed
"""

import csv
import json
import random
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import make_union
from sklearn.svm import LinearSVC

OUT_OF_SCOPE = "oos"
LANGUAGES = ["zho_Hans", "zho_Hant", "yue_Hant", "eng_Latn"]


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(rows)


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    return [text for text, _ in rows], np.array([label for _, label in rows])


def tables(data, out):
    data, out = Path(data), Path(out)
    out.mkdir(parents=True, exist_ok=True)
    clinc = json.loads((data / "intents_clinc150/data_full.json").read_text(encoding="utf-8"))
    test = clinc["test"] + clinc["oos_test"]
    sets = {
        "clinc150": (clinc["train"], test),
        "clinc150_oos": (clinc["train"] + clinc["oos_train"], test),
    }
    banking = []
    for part in ("train", "test"):
        with open(data / f"intents_banking77/{part}.csv", newline="", encoding="utf-8") as file:
            banking.append([(row["text"], row["category"]) for row in csv.DictReader(file)])
    sets["banking77"] = tuple(banking)
    for language in LANGUAGES:
        parts = []
        for part in ("train", "test"):
            lines = (data / f"topics_sib200/{language}/{part}.tsv").read_text(encoding="utf-8").splitlines()[1:]
            parts.append([(line.split("\t")[2], line.split("\t")[1]) for line in lines])
        sets[f"sib200_{language}"] = tuple(parts)
    for name, (train, test) in sets.items():
        write(out / f"{name}.train.csv", train)
        write(out / f"{name}.test.csv", test)
    return list(sets)


def evaluate(train, test):
    texts, labels = read(train)
    inside = labels != OUT_OF_SCOPE
    texts, labels = [text for text, keep in zip(texts, inside) if keep], labels[inside]
    test_texts, truth = read(test)
    inside = truth != OUT_OF_SCOPE
    start = time.process_time()
    # With hardly a space there are no words: characters one to three at a time, the usual way for Chinese.
    if sum(text.count(" ") for text in texts) < 0.08 * sum(map(len, texts)):
        features = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    else:
        features = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        )
    rows, test_rows = features.fit_transform(texts), features.transform(test_texts)
    results = {"features": {"cpu_s": time.process_time() - start, "columns": int(rows.shape[1])}}
    start = time.process_time()
    model = LinearSVC().fit(rows, labels)
    scores = model.decision_function(test_rows)
    took = time.process_time() - start
    given = model.classes_[scores.argmax(axis=1)]
    area = None if inside.all() else float(roc_auc_score(inside, scores.max(axis=1)))
    results["LinearSVC"] = {
        "accuracy": float((given == truth)[inside].mean()),
        "macro_f1": float(f1_score(truth[inside], given[inside], average="macro")),
        "oos_auroc": area,
        "cpu_s": took,
    }
    return results


def speed():
    generator = random.Random(2)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(generator.choices(letters, k=generator.randrange(3, 9))) for _ in range(5000)]
    texts = [" ".join(generator.choices(words, k=10)) for _ in range(20000)]
    megabytes = sum(map(len, texts)) / 1e6
    took = []
    for vectorizer in (HashingVectorizer(ngram_range=(1, 2)), HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5))):
        start = time.process_time()
        vectorizer.transform(texts)
        took.append(time.process_time() - start)
    return {"hash_english_mb_s": megabytes / sum(took)}


COMMANDS = {"tables": tables, "eval": evaluate, "speed": speed}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](*sys.argv[2:])))
