#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""generate.py DIR LABELS DOMAINS RULES [SEED]: DIR/main.policy, shaped like SELinux's reference policy, and the
files that it includes, each as large as policyctl reads one.

Most rules of a domain are about a few labels near its own, some about attributes, of which few are large
and many small. The same arguments give the same file.
"""
import os
import random
import sys

FILE = ["{ open read }", "{ open read exec }", "{ open read write create unlink rename }", "read",
        "{ open write }", "{ open read setattr }", "{ create unlink }"]
META = ["stat", "{ stat readlink }", "notify"]
USE = ["{ read write }", "lock", "ioctl"]


def attributes(draw, labels):
    """Yield (name, members)."""
    for number in range(max(1, labels // 15)):
        size = min(2 + int(draw.paretovariate(1.1) * 3), labels // 4 + 2, labels)
        yield f"a{number}", sorted(draw.sample(range(labels), size))


def rule(draw, labels, groups, home):
    if draw.random() < 0.12:
        subject = f"a{draw.randrange(groups)}"
    else:
        subject = f"l{(home + int(draw.paretovariate(0.7))) % labels}_t"
    kind = draw.random()
    if kind < 0.75:
        return f"allow file {draw.choice(FILE)} on {subject}"
    if kind < 0.85:
        return f"allow meta {draw.choice(META)} on {subject}"
    if kind < 0.95:
        return f"allow use {draw.choice(USE)} on {subject}"
    return f"deny file {draw.choice(FILE)} on {subject}"


class Parts:
    """Writes declarations into files of a bounded size."""

    LIMIT = 3 << 20

    def __init__(self, folder):
        self.folder = folder
        self.names = []
        self.file = None
        self.size = 0

    def write(self, declaration):
        if self.file is None or self.size + len(declaration) > self.LIMIT:
            self.close()
            self.names.append(f"part{len(self.names)}.policy")
            self.file = open(os.path.join(self.folder, self.names[-1]), "w", encoding="ascii")
            self.size = 0
        self.file.write(declaration)
        self.size += len(declaration)

    def close(self):
        if self.file is not None:
            self.file.close()


def main():
    folder = sys.argv[1]
    labels, domains, rules = (int(word) for word in sys.argv[2:5])
    draw = random.Random(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
    os.makedirs(folder, exist_ok=True)
    parts = Parts(folder)
    for number in range(labels):
        parts.write(f'label l{number}_t = "/srv/d{number % max(1, labels // 50)}/n{number}/**";\n')
    groups = 0
    for name, members in attributes(draw, labels):
        parts.write(f"attribute {name} = {', '.join(f'l{member}_t' for member in members)};\n")
        groups += 1
    for number in range(domains):
        home = draw.randrange(labels)
        lines = [f"  {rule(draw, labels, groups, home)};\n"
                 for _ in range(rules // domains + (number < rules % domains))]
        parts.write(f"domain d{number}_t {{\n{''.join(lines)}}}\n")
    parts.close()
    with open(os.path.join(folder, "main.policy"), "w", encoding="ascii") as main_file:
        main_file.write("policy 1;\n" + "".join(f'include "{name}";\n' for name in parts.names))


main()
