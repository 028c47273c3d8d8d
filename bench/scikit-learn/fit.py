"""Fits the samples that bench/probe.ts wrote with scikit-learn and prints its time, accuracy and iterations."""

import json
import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

folder, kind = sys.argv[1:3]
count, dimensions, classes = map(int, sys.argv[3:])
vectors = np.fromfile(f"{folder}/vectors.bin", "<f4").reshape(-1, dimensions)
kinds = np.fromfile(f"{folder}/kinds.bin", "<i4")


def fit(count):
    started = time.perf_counter()
    scaler = StandardScaler().fit(vectors[:count])
    x = scaler.transform(vectors[:count])
    if kind == "ridge":
        model = Ridge(alpha=1.0).fit(x, np.eye(classes, dtype=np.float32)[kinds[:count]])
        iterations = 1
    else:
        model = LogisticRegression(C=1.0, tol=1e-5, max_iter=1000).fit(x, kinds[:count])
        iterations = int(model.n_iter_[0])
    ms = 1000 * (time.perf_counter() - started)
    answers = model.predict(scaler.transform(vectors[tested:]))
    answers = answers.argmax(1) if kind == "ridge" else answers
    return {"ms": ms, "accuracy": float((answers == kinds[tested:]).mean()), "iterations": iterations}


tested = count
fit(500)
print(json.dumps(fit(count)))
