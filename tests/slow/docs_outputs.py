#!/usr/bin/python3
"""What README, the tutorial and the page on own data say that commands print.

Every line of these pages that begins with `$ ` is run, in the order of the page and in a
folder of its own, and must succeed, but for those that show an error. Every line shown
below a command of ours must be among what it prints: the same words, `...` for any, and
numbers to 5 % or two in the last place, for machines and samplers differ by rounding.
Four minutes of two processors.
"""
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
from pages import alike, steps

PAGES = ["README.md", "docs/tutorial.md", "docs/own-data.md"]
top = os.environ["top_srcdir"]
failures = 0


def check(claim, holds):
    global failures
    print("ok  " if holds else "FAIL", claim, flush=True)
    failures += not holds


def follow(page, folder, environment):
    with open(os.path.join(top, page)) as text:
        for step in steps(text):
            if isinstance(step, tuple):
                with open(os.path.join(folder, step[0]), "w") as file:
                    file.write(step[1])
                continue
            command, shown = step
            if command.startswith("less "):
                continue
            result = subprocess.run(command, shell=True, cwd=folder, env=environment,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                    universal_newlines=True)
            printed = result.stdout.splitlines()
            fails = any("error: " in line for line in shown)
            check("%s: %s" % (page, command), (result.returncode != 0) == fails)
            if result.returncode != 0 and not fails:
                print(result.stdout[-2000:])
            for line in shown if command.startswith("alloytwin ") else []:
                if not any(alike(line, other) for other in printed):
                    check("%s: shown: %s" % (page, line), False)
                    near = [o for o in printed if o.split()[:4] == line.split()[:4]]
                    print("     printed: %s" % (near or printed[-3:]))


for name in PAGES:
    place = tempfile.mkdtemp(prefix="alloytwin-docs.")
    try:
        os.symlink(os.path.join(top, "scenarios"), os.path.join(place, "scenarios"))
        own = dict(os.environ)
        own["PATH"] = os.path.dirname(os.environ["ALLOYTWIN"]) + ":" + own["PATH"]
        follow(name, place, own)
    finally:
        shutil.rmtree(place)
print("%d failures" % failures)
sys.exit(failures > 0)
