#!/usr/bin/python3
"""Arrhenius fit against scipy.optimize.curve_fit on random data.

Both weightings, either particle as nominal, deviations known or not. Where SciPy finds a
lower minimum, or the same minimum with other numbers (six digits), the test fails. Exit
code 77 without SciPy.
"""
import os
import subprocess
import sys

try:
    import numpy as np
    from scipy.optimize import OptimizeWarning, curve_fit
except ImportError:
    print("SciPy is not installed")
    sys.exit(77)
import warnings

R = 8.31446261815324
SEEDS = 150
DIGITS = 2e-6
warnings.simplefilter("ignore", OptimizeWarning)
warnings.simplefilter("ignore", RuntimeWarning)


def make_case(seed):
    """Two particles at 3 to 6 temperatures, up to 40 % of scatter, known shape of errors."""
    rng = np.random.default_rng(seed)
    n = rng.integers(3, 7, size=2)
    particle = np.repeat([0, 1], n)
    nominal = 673.15 + rng.uniform(0, 60, size=n.sum())
    shift = rng.uniform(-40, 15)
    energy = rng.uniform(160e3, 230e3)
    local = nominal + shift * particle
    relative = rng.uniform(0.05, 0.3, size=n.sum())
    ln_D = np.log(7e-20) - energy / R * (1 / local - 1 / 690.0)
    D = np.exp(ln_D + rng.normal(scale=rng.uniform(0.02, 1.3) * relative))
    return particle, nominal, D, relative * D, shift


def fit_with_scipy(case, linear, nominal_particle, known):
    particle, nominal, D, std, shift = case
    T_ref = len(nominal) / np.sum(1 / nominal)
    scale = D.max()
    moved = (particle != nominal_particle).astype(float)

    def ln_model(_, ln_D_ref, Q_kJ, dT):
        return ln_D_ref - Q_kJ * 1e3 / R * (1 / (nominal + moved * dT) - 1 / T_ref)

    def ln_jacobian(_, ln_D_ref, Q_kJ, dT):
        local = nominal + moved * dT
        return np.c_[np.ones_like(local), -1e3 / R * (1 / local - 1 / T_ref),
                     moved * Q_kJ * 1e3 / R / local**2]

    if linear:
        model = lambda x, *p: np.exp(ln_model(x, *p)) / scale
        jacobian = lambda x, *p: ln_jacobian(x, *p) * model(x, *p)[:, None]
        data, sigma = D / scale, std / scale
    else:
        model, jacobian, data, sigma = ln_model, ln_jacobian, np.log(D), std / D
    sign = -1.0 if nominal_particle else 1.0
    best = None
    for Q_kJ in (120.0, 190.0, 260.0):
        start = [np.log(np.median(D)), Q_kJ, sign * shift]
        try:
            value, covariance = curve_fit(
                model, nominal, data, start, sigma=sigma if known else None,
                absolute_sigma=known, jac=jacobian, method="lm", ftol=1e-15, xtol=1e-15,
                gtol=1e-15, maxfev=20000)
        except RuntimeError:
            continue
        residual = (model(nominal, *value) - data) / (sigma if known else 1.0)
        chi_square = float(residual @ residual)
        if best is None or chi_square < best[-1]:
            deviation = np.sqrt(np.diag(covariance))
            best = [value[0], value[1] * 1e3, sign * value[2], deviation[0],
                    deviation[1] * 1e3, deviation[2], chi_square]
    return best


def run_fits(jobs):
    text = []
    for case, linear, nominal_particle, known in jobs:
        particle, nominal, D, std, _ = case
        text.append(f"{int(linear)} {nominal_particle} {int(known)} {len(D)}")
        text += [f"{p} {T!r} {d!r} {s!r}" for p, T, d, s in
                 zip(particle.tolist(), nominal.tolist(), D.tolist(), std.tolist())]
    program = os.path.join(os.environ["top_builddir"], "tests/slow/print_arrhenius")
    output = subprocess.run([program], input="\n".join(text), text=True, check=True,
                            stdout=subprocess.PIPE).stdout
    return [[float(word) for word in line.split()] for line in output.splitlines()]


def main():
    jobs = [(make_case(seed), linear, nominal, known) for seed in range(SEEDS)
            for linear in (False, True) for nominal in (0, 1) for known in (False, True)]
    fits = run_fits(jobs)
    assert len(fits) == len(jobs), "the program stopped early"
    compared = lower = unfit = failures = 0
    worst = 0.0
    for i, (job, (status, *fit)) in enumerate(zip(jobs, fits)):
        scipy_fit = fit_with_scipy(*job)
        if status != 0 or scipy_fit is None:
            unfit += 1
            continue
        if fit[-1] < scipy_fit[-1] * (1 - 1e-6):
            lower += 1
            continue
        # a chi^2 near zero, a shift near zero: compare with the deviation as scale
        scale = [abs(scipy_fit[0]), abs(scipy_fit[1]), abs(scipy_fit[2]) + scipy_fit[5],
                 scipy_fit[3], scipy_fit[4], scipy_fit[5], scipy_fit[6]]
        error = max(abs(a - b) / s for a, b, s in zip(fit, scipy_fit, scale))
        compared += 1
        worst = max(worst, error)
        if error > DIGITS:
            failures += 1
            print(f"job {i} (seed {i // 8}): {fit} instead of {scipy_fit}")
    print(f"{compared} fits agree to {worst:.1e}; {lower} lower minima than SciPy's; "
          f"{unfit} without a fit")
    return 1 if failures or compared < 0.95 * len(jobs) else 0


sys.exit(main())
