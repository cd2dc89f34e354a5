#!/bin/sh
# The studies in scenarios/studies: all can be read, those with known answers find them.
. "$top_srcdir/tests/cli/support.sh"
studies=$top_srcdir/scenarios/studies

count=0
for study in "$studies"/*.yaml; do
    ok config check "$study" --study
    says ' replicates, resolved SHA-256 '
    count=$((count + 1))
done
[ "$count" -ge 17 ] || fail "$count studies, expected 17 at least"

for name in ishigami g-function normal-sample; do
    ok study "$studies/$name.yaml" -o "$name.db" -j 2 -q
    ok stats "$name.db" --json
    cp "$scratch/out" "$name.json"
    ok stats "$name.db" --figures "$name-figures" -q
done

grep -q '</svg>' ishigami-figures/figures/study_bars_2.svg || fail "no figure of indices"

need_python
python3 - <<'END' || fail "indices are not within their intervals of the exact values"
import json, math

def exact_ishigami(a=7.0, b=0.1):
    v1 = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    v2 = a * a / 8
    v13 = b * b * math.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return [v1 / v, v2 / v, 0.0], [(v1 + v13) / v, v2 / v, v13 / v]

def exact_g(a=(0, 1, 4.5, 9, 99, 99, 99, 99)):
    vi = [1 / (3 * (1 + x) ** 2) for x in a]
    product = math.prod(1 + x for x in vi)
    return ([x / (product - 1) for x in vi],
            [x / (1 + x) * product / (product - 1) for x in vi])

outside = checked = 0
for name, exact in ("ishigami", exact_ishigami()), ("g-function", exact_g()):
    factors = json.load(open(name + ".json"))["sensitivity"][0]["factors"]
    for order, values in zip(("first", "total"), exact):
        for factor, value in zip(factors, values, strict=True):
            index = factor[order]
            checked += 1
            far = abs(index["value"] - value) / index["se"]
            outside += far > 1.96
            if far > 4:
                raise SystemExit(f"{name} {factor['key']} {order}: {index}, exact {value}")
# 22 intervals of 95 %: more than four misses have a probability of 0.4 %.
raise SystemExit(0 if checked == 22 and outside <= 4 else f"{outside} of {checked} outside")
END
finish
