#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""ktap.py LOG: count KUnit's cases in a kernel's log; the last line is "N passed, N failed".

A suite that promised more cases than it reported has failed: the kernel died, or the log is cut.
"""
import re
import sys

TIMESTAMP = re.compile(r"^\[\s*\d+\.\d+\] ?")
PLAN = re.compile(r"^    1\.\.(\d+)$")
CASE = re.compile(r"^    (not )?ok \d+ -? ?(.*)$")
SUITE = re.compile(r"^(not )?ok \d+ -? ?(.*)$")


def main():
    passed = failed = 0
    planned = seen = 0
    detail = []
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        for line in log:
            if not TIMESTAMP.match(line):
                continue
            line = TIMESTAMP.sub("", line.rstrip("\r\n"))
            if match := PLAN.match(line):
                planned, seen, detail = int(match[1]), 0, []
            elif match := CASE.match(line):
                seen += 1
                if match[2].endswith("# SKIP") or " # SKIP" in match[2]:
                    print(f"skipped: {match[2]}")
                elif match[1]:
                    failed += 1
                    print("\n".join(detail + [line.strip()]))
                else:
                    passed += 1
                detail = []
            elif match := SUITE.match(line):
                if seen < planned:
                    print(f"{match[2]}: only {seen} of {planned} cases reported")
                    failed += planned - seen
                print(f"{match[2]}: {planned} cases")
                planned = seen = 0
            elif planned and line.startswith("    #"):
                detail.append(line.strip())
    if seen < planned:
        print(f"the log ends after {seen} of {planned} cases")
        failed += planned - seen
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
