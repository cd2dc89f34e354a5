#!/usr/bin/python3
"""Posteriors of `bayes` against emcee on random experiments, and coverage of its intervals.

The density is written down again here, from docs/estimators.md, with the closed form of the
curve. Medians, deviations and ends of 95 % intervals must agree within what both samplers
can tell; truths drawn from the prior must lie in the intervals as often as these say. Exit
code 77 without emcee.
"""
import os
import subprocess
import sys

try:
    import emcee
    import numpy as np
except ImportError:
    print("emcee is not installed")
    sys.exit(77)

R = 8.31446261815324
S0 = 1.2e-17
MODEL_ERROR = 3e-4
COMPARED, COVERED = 4, 40
WALKERS, STEPS, BURN_IN = 64, 3000, 500


def left_after(ln_D, Q, dT, nominal, dwell, T_ref):
    """[..., step] for parameters of shape [...]."""
    ln_D, Q, dT = (np.asarray(x)[..., None] for x in (ln_D, Q, dT))
    with np.errstate(over="ignore", divide="ignore"):
        rate = np.exp(ln_D - Q / R * (1 / (nominal + dT) - 1 / T_ref))
    return np.exp(-np.cumsum(dwell * rate, axis=-1) / S0)


def make_case(seed):
    """Two particles; every parameter is drawn from the prior but dT, which is a plausible one,
    and the model error."""
    rng = np.random.default_rng(seed)
    n, known = int(rng.integers(4, 7)), int(rng.integers(0, 3))
    nominal = 673.15 + 10.0 * np.arange(n)
    dwell = np.full(n, 120.0)
    T_ref = n / np.sum(1 / nominal)
    Q, dT = rng.normal(190e3, 20e3), rng.uniform(-40, 15)
    ln_D = np.log(rng.uniform(4e-20, 9e-20)) - Q / R * (1 / T_ref - 1 / 673.15)
    own = rng.uniform(2e-3, 6e-3)
    model = abs(MODEL_ERROR * rng.standard_cauchy()) if known else rng.uniform(1e-3, 8e-3)
    unheated, alloyed = (rng.uniform(1e-3, 8e-3, size=2) if known == 2 else (0.0, 0.0))
    left = []
    for shift in (0.0, dT):
        u, v = unheated * rng.normal(), alloyed * rng.normal()
        q = (left_after(ln_D, Q, shift, nominal, dwell, T_ref) - v) / (1 + u - v)
        left.append(q + np.hypot(own, model) * rng.normal(size=n))
    return {"seed": seed, "known": known, "nominal": nominal, "dwell": dwell, "T_ref": T_ref,
            "left": left, "own": own, "unheated": unheated, "alloyed": alloyed,
            "Q": Q, "dT": dT, "ln_D": ln_D}


def log_density(theta, case):
    """theta [walker, parameter]: ln D(T_ref), Q in 10 kJ/mol, dT in K, ln model error, then u, v
    of A and of B."""
    ln_D, Q, dT, ln_tau = theta[:, 0], theta[:, 1] * 1e4, theta[:, 2], theta[:, 3]
    inside = ((-60 < ln_D) & (ln_D < -27) & (0 < Q) & (Q < 1000e3)
              & (case["nominal"][0] + dT > 1.0))
    if case["known"]:
        tau_prior = -np.log(MODEL_ERROR / np.exp(ln_tau) + np.exp(ln_tau) / MODEL_ERROR)
    else:
        tau_prior = np.where((np.log(1e-7) < ln_tau) & (ln_tau < 0), 0.0, -np.inf)
    value = tau_prior - 0.5 * (((Q - 190e3) / 20e3) ** 2 + (dT / 100) ** 2 + np.sum(theta[:, 4:] ** 2, axis=1))
    variance = np.exp(2 * ln_tau) + (case["own"] ** 2 if case["known"] else 0.0)
    for p in (0, 1):
        q = left_after(ln_D, Q, p * dT, case["nominal"], case["dwell"], case["T_ref"])
        if case["known"] == 2:
            u = theta[:, 4 + 2 * p, None] * case["unheated"]
            v = theta[:, 5 + 2 * p, None] * case["alloyed"]
            q = (q - v) / (1 + u - v)
        r = case["left"][p] - q
        value -= 0.5 * (np.sum(r * r, axis=1) / variance + r.shape[1] * np.log(variance))
    return np.where(inside & np.isfinite(value), value, -np.inf)


def sample_with_emcee(case):
    n = 8 if case["known"] == 2 else 4
    rng = np.random.RandomState(case["seed"])
    centre = np.r_[case["ln_D"], case["Q"] / 1e4, case["dT"], np.log(3e-3), np.zeros(n - 4)]
    spread = np.r_[0.01, 0.2, 0.2, 0.3, np.full(n - 4, 0.5)]
    start = centre + spread * rng.normal(size=(WALKERS, n))
    moves = [(emcee.moves.DEMove(), 0.7), (emcee.moves.StretchMove(), 0.3)]
    sampler = emcee.EnsembleSampler(WALKERS, n, log_density, args=[case], moves=moves,
                                    vectorize=True)
    sampler.random_state = rng.get_state()
    sampler.run_mcmc(start, STEPS)
    time = np.max(sampler.get_autocorr_time(discard=BURN_IN, quiet=True)[:3])
    chain = sampler.get_chain(discard=BURN_IN, flat=True)
    dT, Q = chain[:, 2], chain[:, 1] * 1e4
    low, middle, high = np.quantile(dT, (0.025, 0.5, 0.975))
    return [middle, dT.std(), low, high, np.median(Q), Q.std()], len(chain) / time


def run_bayes(cases):
    text = []
    for case in cases:
        text.append(f"{case['seed']} {case['known']} {len(case['nominal'])}")
        for left in case["left"]:
            text += [f"{T!r} {t!r} {q!r} {case['own']!r} {case['unheated']!r} {case['alloyed']!r}"
                     for T, t, q in zip(case["nominal"].tolist(), case["dwell"].tolist(),
                                        left.tolist())]
    program = os.path.join(os.environ["top_builddir"], "tests/slow/print_bayes")
    output = subprocess.run([program], input="\n".join(text), text=True, check=True,
                            stdout=subprocess.PIPE).stdout
    return [[float(word) for word in line.split()] for line in output.splitlines()]


def compare(cases, answers):
    failures, worst = 0, 0.0
    for case, (ok, *numbers) in zip(cases, answers):
        expected, samples = sample_with_emcee(case)
        noise = np.sqrt(1 / samples + 1 / numbers[7])
        # standard errors of median, deviation and 2.5 % quantile of a normal density; half
        # as much again for the tails of the others
        errors = np.array([1.25, 0.71, 2.67, 2.67, 1.25, 0.71]) * 1.5 * noise
        errors *= [expected[1]] * 4 + [expected[5]] * 2
        score = np.max(np.abs(np.array(numbers[:6]) - expected) / errors)
        worst = max(worst, score)
        if not ok or score > 4:
            failures += 1
            print(f"seed {case['seed']} (known {case['known']}): {numbers} instead of {expected}")
    print(f"{len(cases)} posteriors agree with emcee {emcee.__version__} to {worst:.1f} "
          f"standard errors")
    return failures


def count_cover(cases, answers):
    """How often the truth is inside, within three standard errors of 95 %."""
    answered = [(c, a) for c, a in zip(cases, answers) if a[0]]
    inside = sum(a[3] < c["dT"] < a[4] for c, a in answered)
    share = inside / len(answered)
    print(f"95 % intervals hold {inside} of {len(answered)} truths; {len(cases) - len(answered)} "
          f"without an answer")
    limit = 3 * np.sqrt(0.95 * 0.05 / len(answered))
    return abs(share - 0.95) > limit or len(answered) < 0.95 * len(cases)


def main():
    cases = [make_case(seed) for seed in range(COVERED)]
    answers = run_bayes(cases)
    assert len(answers) == len(cases), "the program stopped early"
    failures = compare(cases[:COMPARED], answers[:COMPARED])
    return 1 if count_cover(cases, answers) or failures else 0


sys.exit(main())
