#!/usr/bin/python3
"""Sobol' indices of the shipped studies `ishigami` and `g-function` against OpenTURNS.

1. OpenTURNS evaluates the functions, written down again here, at the points of the ledger:
   the same answers.
2. Its estimators get points and answers of the ledger. Those of Mauntz and Kucherenko (first
   order) and of Jansen (total order) differ from alloytwin's in the choice of mean and
   variance alone; with that put back the indices agree but for rounding.
3. It estimates from a random design of its own, total order by another formula (Martinez):
   the same within 95 % of the errors of both.
4. The bootstrap's standard errors are those of its asymptotic normal distributions within a
   factor of 1.5: too wide ones would make 3. hold of itself. The factor is for what differs:
   theirs are not of a bootstrap, and of indices by the variance at A alone.

Exit code 77 without OpenTURNS.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import openturns as ot
except ImportError:
    print("OpenTURNS is not installed")
    sys.exit(77)

ALLOYTWIN = os.environ["ALLOYTWIN"]
STUDIES = os.path.join(os.environ["top_srcdir"], "scenarios/studies")
G_COEFFICIENTS = (0, 1, 4.5, 9, 99, 99, 99, 99)
OWN_SIZE = 1 << 16
SAME_ANSWER, SAME_INDEX, SAME_ERROR = 1e-12, 1e-10, 1.5
failures = 0


def check(what, holds):
    global failures
    print(("holds: " if holds else "FAILS: ") + what)
    failures += not holds


def names(n):
    return [f"x{i + 1}" for i in range(n)]


def ishigami():
    formula = "sin(x1) + 7 * sin(x2)^2 + 0.1 * x3^4 * sin(x1)"
    return ot.SymbolicFunction(names(3), [formula]), [ot.Uniform(-np.pi, np.pi)] * 3


def g_function():
    factors = [f"(abs(4 * {x} - 2) + {a}) / {1 + a}"
               for x, a in zip(names(len(G_COEFFICIENTS)), G_COEFFICIENTS)]
    return (ot.SymbolicFunction(names(len(factors)), [" * ".join(factors)]),
            [ot.Uniform(0.0, 1.0)] * len(factors))


def run_study(name, folder):
    """x [row of a block][block][factor] and y [row of a block][block]: A, B, then A with one
    factor of B. indices[order][factor]: value and standard error."""
    ledger = os.path.join(folder, name + ".db")
    subprocess.run([ALLOYTWIN, "study", os.path.join(STUDIES, name + ".yaml"), "-o", ledger,
                    "--quiet"], check=True)
    output = subprocess.run([ALLOYTWIN, "stats", ledger, "--json"], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    found = json.loads(output)["sensitivity"][0]
    n, n_blocks = len(found["factors"]), found["blocks_used"]
    db = sqlite3.connect(ledger)
    x = [float(v) for v, in db.execute("SELECT value FROM factor ORDER BY point, factor")]
    y = [v for v, in db.execute("SELECT estimate FROM answer ORDER BY point")]
    db.close()
    indices = {order: np.array([[f[order]["value"], f[order]["se"]] for f in found["factors"]])
               for order in ("first", "total")}
    x, y = np.reshape(x, (n_blocks, n + 2, n)), np.reshape(y, (n_blocks, n + 2))
    return x.swapaxes(0, 1), y.T, indices


def as_samples(x, y):
    return ot.Sample(x.reshape(-1, x.shape[2])), ot.Sample(y.reshape(-1, 1))


def value_and_error(algorithm, order):
    """[factor] each, as OpenTURNS has them."""
    algorithm.setUseAsymptoticDistribution(True)
    if order == "first":
        value = algorithm.getFirstOrderIndices()
        errors = algorithm.getFirstOrderIndicesDistribution()
    else:
        value = algorithm.getTotalOrderIndices()
        errors = algorithm.getTotalOrderIndicesDistribution()
    return np.array(value), np.array(errors.getStandardDeviation())


def from_same_points(x, y):
    """OpenTURNS takes off the mean of all points and divides by N - 1 (first) or 2 N - 1
    (total) and the variance at A; alloytwin takes mean and variance at A and B and divides by
    N and 2 N. {order: (indices as alloytwin defines them, standard errors as OpenTURNS does)}"""
    n = y.shape[1]
    variances = y[0].var(ddof=1) / y[:2].var(ddof=1)
    shift = (y.mean() - y[:2].mean()) * (y[2:] - y[0]).mean(axis=1) / y[:2].var(ddof=1)
    first, first_se = value_and_error(
        ot.MauntzKucherenkoSensitivityAlgorithm(*as_samples(x, y), n), "first")
    total, total_se = value_and_error(
        ot.JansenSensitivityAlgorithm(*as_samples(x, y), n), "total")
    return {"first": (first * variances * (1 - 1 / n) + shift, first_se),
            "total": (total * variances * (1 - 0.5 / n), total_se)}


def from_own_design(function, marginals):
    ot.RandomGenerator.SetSeed(1)
    x = ot.SobolIndicesExperiment(ot.ComposedDistribution(marginals), OWN_SIZE).generate()
    y = function(x)
    return {"first": value_and_error(
                ot.MauntzKucherenkoSensitivityAlgorithm(x, y, OWN_SIZE), "first"),
            "total": value_and_error(ot.MartinezSensitivityAlgorithm(x, y, OWN_SIZE), "total")}


def compare_indices(what, ours, same, own):
    value, se = ours.T
    apart = np.max(np.abs(same[0] / value - 1))
    check(f"{what}, same points: apart by {apart:.1e} of the index", apart < SAME_INDEX)
    ratio = se / same[1]
    check(f"{what}, same points: standard errors {ratio.min():.2f} to {ratio.max():.2f} times theirs",
          np.max(np.abs(np.log(ratio))) < np.log(SAME_ERROR))
    scores = (value - own[0]) / np.hypot(se, own[1])
    for i, score in enumerate(scores):
        print(f"       x{i + 1}: {value[i]:.6f} +- {se[i]:.6f}, OpenTURNS {own[0][i]:.6f} +- "
              f"{own[1][i]:.6f}, apart by {score:+.2f} standard errors")
    worst = np.max(np.abs(scores))
    check(f"{what}, design of its own: apart by {worst:.2f} standard errors at most", worst < 1.96)


def compare(name, function, marginals, folder):
    x, y, ours = run_study(name, folder)
    theirs = np.array(function(as_samples(x, y)[0])).reshape(y.shape)
    apart = np.max(np.abs(theirs - y)) / y.std()
    check(f"{name}: {y.size} answers, apart by {apart:.1e} of their spread", apart < SAME_ANSWER)
    same, own = from_same_points(x, y), from_own_design(function, marginals)
    for order in ("first", "total"):
        compare_indices(f"{name}: {order} order", ours[order], same[order], own[order])


def main():
    print(f"OpenTURNS {ot.__version__}")
    with tempfile.TemporaryDirectory() as folder:
        compare("ishigami", *ishigami(), folder)
        compare("g-function", *g_function(), folder)
    sys.exit(failures > 0)


main()
