#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""guest_summary.py RESULTS: count the cases that guest-main.sh ran; last line "N passed, N failed".

A program that left no GoogleTest report has crashed or hung, or is a script: the cases its log tells
of count, and the end it came to is one more case. One with a report that failed all the same (it
crashed on the way out, a sanitizer found something) counts as one more failure.
"""
import json
import pathlib
import re
import sys


def count(status_file):
    """Return (passed, failed) of one test program."""
    status = int(status_file.read_text())
    report_file = status_file.with_suffix(".json")
    if not report_file.exists():
        log = status_file.with_suffix(".log").read_text(errors="replace")
        passed = len(re.findall(r"^\[       OK \]", log, re.MULTILINE))
        failed = len(re.findall(r"^\[  FAILED  \] \S+ \(\d+ ms\)", log, re.MULTILINE))
        return (passed + 1, failed) if status == 0 else (passed, failed + 1)
    report = json.loads(report_file.read_text())
    failed = report["failures"] + report.get("errors", 0)
    passed = report["tests"] - failed - report.get("disabled", 0) - skipped(report)
    if status != 0 and failed == 0:
        failed = 1
    return passed, failed


def skipped(report):
    cases = [case for suite in report["testsuites"] for case in suite["testsuite"]]
    names = [f"{case['classname']}.{case['name']}" for case in cases if case.get("result") == "SKIPPED"]
    for name in names:
        print(f"  skipped: {name}")
    return len(names)


def main():
    passed = failed = 0
    for status_file in sorted(pathlib.Path(sys.argv[1], "tests").glob("*.status")):
        print(f"{status_file.stem}: ", end="", flush=True)
        good, bad = count(status_file)
        print(f"{good} passed, {bad} failed")
        passed += good
        failed += bad
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
