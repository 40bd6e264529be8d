#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""kernel_doc.py: the kernel's own kernel-doc finds nothing to say about our comments, and each function
that a header declares has one. A function whose parameters say all there is to know may have a plain
comment, which may stand for the functions that follow it without an empty line, or behind the line."""

import glob
import os
import re
import subprocess
import sys

FUNCTION = re.compile(r"^(?:static (?:__always_)?inline )?[a-z]\w*(?: \w+)*[ *]+(evf_\w+)\(")


def undocumented(path):
    """Functions of a header that have no comment, as (line, name)."""
    documented = False
    in_comment = False
    having, lacking = set(), []
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        text = line.rstrip("\n")
        if in_comment or text.startswith("/*"):
            in_comment = "*/" not in text
            documented = True
            continue
        if not text:
            documented = False
            continue
        found = FUNCTION.match(text)
        if found and (documented or "/*" in text):
            having.add(found.group(1))
        elif found:
            lacking.append((number, found.group(1)))
    # What stands in for a function that the configuration leaves out has its comment there
    return [(number, name) for number, name in lacking if name not in having]


def kernel_tree():
    script = ". scripts/kernel/lib.sh && pristine"
    return subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True).stdout.strip()


def main():
    files = sorted(f for f in glob.glob("kernel/seccomp_filter/**/*.[ch]", recursive=True) if "/env/user/" not in f)
    command = ["perl", os.path.join(kernel_tree(), "scripts/kernel-doc"), "-none", "-v", "-Werror", *files]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    bad = [line for line in said.stderr.splitlines() if "Scanning doc for" not in line and line]
    for path in (f for f in files if f.endswith(".h")):
        bad += [f"{path}:{number}: {name}() has no comment" for number, name in undocumented(path)]
    print("\n".join([*bad, f"{len(files)} files read"]))
    return 1 if bad or said.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
