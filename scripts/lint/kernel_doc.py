#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""kernel_doc.py: each function that a header of the kernel side declares or defines has a kernel-doc
comment in that header, and the kernel's own kernel-doc finds nothing to say about any of our comments:
each parameter is described, and so is what is returned. What stands in for a function that the
configuration leaves out needs no comment of its own."""

import glob
import os
import re
import subprocess
import sys

# What isn't a declaration: comments, strings, and preprocessor lines with those that continue them
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.DOTALL | re.MULTILINE)
# What may stand in front of a declaration: a macro without a semicolon, an attribute with arguments
ATTRIBUTE = r"__\w+\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
MACRO = re.compile(rf"^(?:(?:[A-Z][A-Z0-9_]*(?:\([^()]*\))?|{ATTRIBUTE})\s+)+")
FUNCTION = re.compile(r"^(?!typedef\b)(?:\w+[\s*]+)+(\w+)\s*\(")
SCANNED = re.compile(r"^(\S+?):\d+: info: Scanning doc for (?:function )?(\w+)")


def declarations(text):
    """What a header says outside of all braces, as (line, declaration)."""
    text = NOISE.sub(lambda noise: re.sub(r"[^\n]", " ", noise.group()), text)
    depth, line, start, said = 0, 1, 1, ""
    for char in text:
        line += char == "\n"
        depth -= char == "}"
        if depth == 0 and char in ";{}":
            yield start, MACRO.sub("", said)
            said = ""
        elif depth == 0 and (said or not char.isspace()):
            start = start if said else line
            said += char
        depth += char == "{"


def functions(path):
    """The functions that a header declares or defines, as (line, name)."""
    with open(path, encoding="utf-8") as header:
        for line, said in declarations(header.read()):
            found = FUNCTION.match(said)
            if found:
                yield line, found.group(1)


def kernel_tree():
    script = ". scripts/kernel/lib.sh && pristine"
    return subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True).stdout.strip()


def main():
    files = sorted(glob.glob("kernel/seccomp_filter/**/*.[ch]", recursive=True))
    # Without -v it doesn't miss what is returned; -W options came with later kernels
    command = ["perl", os.path.join(kernel_tree(), "scripts/kernel-doc"), "-none", "-v", "-Werror", *files]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    bad, documented = [], set()
    for line in filter(None, said.stderr.splitlines()):
        scanned = SCANNED.match(line)
        if scanned:
            documented.add(scanned.groups())
        else:
            bad.append(line)
    for path in (f for f in files if f.endswith(".h")):
        # The first of several is the real one, where it's declared, and has the comment
        first = {name: line for line, name in reversed(list(functions(path)))}
        missing = [(line, name) for name, line in first.items() if (path, name) not in documented]
        bad += [f"{path}:{line}: {name}() has no kernel-doc comment" for line, name in sorted(missing)]
    print("\n".join([*bad, f"{len(files)} files read"]))
    return 1 if bad or said.returncode != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
