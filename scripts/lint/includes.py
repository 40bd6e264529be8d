#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""includes.py: check the direction of #include lines against the table scripts/lint/layers."""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
SOURCES = {".c", ".cc", ".h", ".ll", ".yy", ".def"}


def includes(folder):
    """Yield (file, line number, header) for every #include below folder."""
    for file in sorted(folder.rglob("*")):
        if file.suffix not in SOURCES:
            continue
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            if match := INCLUDE.match(line):
                yield file, number, match[1]


def check_order(folder, layers):
    """A layer includes itself and what stands before it; a test may include GoogleTest, too."""
    for unknown in sorted(p.name for p in folder.iterdir() if p.is_dir()):
        has_code = any(p.suffix in SOURCES for p in (folder / unknown).rglob("*"))
        if unknown not in layers and has_code:
            yield f"{folder}/{unknown}: not in scripts/lint/layers"
    for position, layer in enumerate(layers):
        for file, number, header in includes(folder / layer):
            target = header.split("/")[0]
            if "/" in header and target in layers and layers.index(target) > position:
                yield f"{file}:{number}: {layer} may not include {target} ({header})"


def check_only(folder, allowed):
    own = {str(p.relative_to(folder)) for p in folder.rglob("*")}
    for file, number, header in includes(folder):
        beside = file.parent / header
        if header not in own and header not in allowed and not beside.exists():
            yield f"{file}:{number}: {folder} may include only itself and {' '.join(allowed)} ({header})"


def check_never(folder, prefixes):
    for file, number, header in includes(folder):
        if header.startswith(tuple(prefixes)):
            yield f"{file}:{number}: {folder} may not include {header}"


CHECKS = {"order": check_order, "only": check_only, "never": check_never}


def main():
    failures = []
    for line in pathlib.Path("scripts/lint/layers").read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        folder = pathlib.Path(words[1])
        if folder.is_dir():
            failures += CHECKS[words[0]](folder, words[2:])
        else:
            print(f"{folder} doesn't exist yet")
    print("\n".join(failures), end="\n" if failures else "")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
