#!/usr/bin/python3
"""The worked example of docs/real-data.md, repeated command by command.

The series is not part of alloytwin. ALLOYTWIN_REAL_SERIES names its file, emat-n6.mrc,
with emat-n6.rawtlt beside it; without it the exit code is 77. Every line that the page
prints must come out again, its numbers to 5 %, and the plane across the beam must show
four separate particles, each nearly as high as wide.
"""
import array
import os
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from pages import alike, steps

series = os.environ.get("ALLOYTWIN_REAL_SERIES")
if not series:
    print("skipped: ALLOYTWIN_REAL_SERIES is not set")
    sys.exit(77)

PLANE, LEVEL = 88, 4.0
failures = 0


def check(claim, holds):
    global failures
    print("ok  " if holds else "FAIL", claim)
    failures += not holds


def particles(path):
    """Width and height of every patch above LEVEL in the plane across the beam."""
    data = open(path, "rb").read()
    n_x, n_y, _ = struct.unpack("<3i", data[:12])
    start = 1024 + 4 * PLANE * n_x * n_y
    plane = array.array("f", data[start:start + 4 * n_x * n_y])
    todo = {k for k, value in enumerate(plane) if value > LEVEL}
    found = []
    while todo:
        patch, edge = set(), [todo.pop()]
        while edge:
            k = edge.pop()
            patch.add(k)
            near = {k - 1, k + 1, k - n_x, k + n_x} & todo
            todo -= near
            edge.extend(near)
        x, y = [k % n_x for k in patch], [k // n_x for k in patch]
        found.append((max(x) - min(x) + 1, max(y) - min(y) + 1))
    return found


def main():
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".mrc", ".rawtlt"):
            shutil.copy(os.path.splitext(series)[0] + suffix, os.path.join(folder, "emat-n6" + suffix))
        with open(os.path.join(os.environ["top_srcdir"], "docs/real-data.md")) as page:
            commands = steps(page)
        for command, lines in commands:
            words = shlex.split(command)[1:]
            run = subprocess.run([os.environ["ALLOYTWIN"], *words], cwd=folder,
                                 capture_output=True, text=True)
            printed = run.stderr.splitlines()
            check(f"{' '.join(words)}: exit code 0", run.returncode == 0)
            check(f"{words[0]}: prints what the page says",
                  len(printed) == len(lines) and all(map(alike, lines, printed)))
            if run.returncode or len(printed) != len(lines):
                print(run.stderr)
        found = particles(os.path.join(folder, "volume.mrc"))
        check(f"four particles, nearly as high as wide: {found}",
              len(found) == 4 and all(abs(w - h) <= 3 and 5 < w < 15 for w, h in found))
        check("a picture", os.path.getsize(os.path.join(folder, "slices.png")) > 1000)
    sys.exit(1 if failures else 0)


main()
