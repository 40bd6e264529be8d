#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""compare.py WITHOUT WITH: the kernel's own tests must say the same with and without eventfilter.

Each of the two is a folder of *.tap files. A case passes when both have it with the same verdict; so
does one that fails in both, for then it isn't us, but it is listed. The last line is "N passed, N failed".
"""
import pathlib
import re
import sys

CASE = re.compile(r"^(not ok|ok) (\d+ .*)$")
PLAN = re.compile(r"^1\.\.(\d+)$")


def read(path):
    """Return {case: verdict} of one file, and how many were planned."""
    cases, planned = {}, 0
    for line in path.read_text(errors="replace").splitlines():
        if match := PLAN.match(line):
            planned = int(match[1])
        elif match := CASE.match(line):
            name, _, remark = match[2].partition(" # ")
            verdict = "skipped" if remark.startswith("SKIP") else match[1]
            cases[name] = verdict
    return cases, planned


def main():
    without, with_us = (pathlib.Path(argument) for argument in sys.argv[1:3])
    passed = failed = 0
    for path in sorted(without.glob("*.tap")):
        old, planned = read(path)
        new, _ = read(with_us / path.name)
        good = 0
        for case in sorted(old.keys() | new.keys()):
            before, after = old.get(case, "missing"), new.get(case, "missing")
            if before != after:
                print(f"{path.stem}: {case}: {before} without eventfilter, {after} with it")
                failed += 1
                continue
            good += 1
            if before != "ok":
                print(f"{path.stem}: {case}: {before}, with eventfilter and without")
        if len(old) < planned or not old:
            print(f"{path.stem}: only {len(old)} of {planned} cases reported, without eventfilter")
            failed += 1
        print(f"{path.stem}: {good} of {planned} the same")
        passed += good
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
