"""numpy and FAISS over the matrix of bench/search.ts: prints one JSON document.

    python bench/search-peers.py MATRIX COUNT DIMENSIONS QUERY_ROWS THREADS
"""

import json
import os
import sys
import time

path, count, dimensions, rows, threads = sys.argv[1], *map(int, sys.argv[2:4]), sys.argv[4], int(sys.argv[5])
for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[name] = str(threads)

import numpy as np  # noqa: E402

x = np.fromfile(path, np.float32).reshape(count, dimensions)
x /= np.linalg.norm(x, axis=1, keepdims=True)
queries = [int(row) for row in rows.split(",")]


def timed(ask):
    ask(queries[0])
    times, answers = [], []
    for row in queries:
        start = time.perf_counter()
        answers.append(ask(row))
        times.append((time.perf_counter() - start) * 1000)
    return {"ms": times, "rows": answers}


def by_product(row):
    scores = x @ x[row]
    best = np.argpartition(-scores, 101)[:101]
    return best[np.argsort(-scores[best])].tolist()


result = {"numpy": timed(by_product), "versions": {"numpy": np.__version__}}
try:
    import faiss

    faiss.omp_set_num_threads(threads)
    index = faiss.IndexFlatIP(dimensions)
    index.add(x)
    result["faiss"] = timed(lambda row: index.search(x[row : row + 1], 101)[1][0].tolist())
    result["versions"]["faiss"] = faiss.__version__
except ImportError:
    pass
print(json.dumps(result))
