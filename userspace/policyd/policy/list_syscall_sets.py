#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""list_syscall_sets.py >syscall_sets.def: systemd's sets of system calls, without the sets in them.

Asks `systemd-analyze syscall-filter`. The result is kept: what a rule file means mustn't depend on the
systemd of the machine that the compiler was built on. Left out are the sets that syscalls.def has, and
calls that Linux 6.1 on x86_64 hasn't.
"""
import pathlib
import re
import subprocess
import textwrap

HERE = pathlib.Path(__file__).resolve().parent

HEAD = """// SPDX-License-Identifier: BSD-2-Clause
//
// Sets of syscalls as systemd has them, written by list_syscall_sets.py.
//
//	SYSCALL_SET(name, "syscalls, separated by spaces")
"""


def read():
    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter"], check=True,
                          capture_output=True, text=True).stdout
    sets, name = {}, None
    for line in text.splitlines():
        word = line.strip()
        if line.startswith("@"):
            name = word
            sets[name] = []
        elif word and not word.startswith("#") and name and line.startswith(" "):
            sets[name].append(word)
        elif not word.startswith("#"):
            name = name if not word else None
    return sets


def flat(sets, name, seen=()):
    found = set()
    for word in sets[name]:
        if word.startswith("@") and word not in seen:
            found |= flat(sets, word, seen + (name,))
        elif not word.startswith("@"):
            found.add(word)
    return found


def known_calls():
    names = set()
    for line in (HERE.parent / "events/linux-6.1-x86_64.events").read_text().splitlines():
        for name in line.split(" ")[0].split(","):
            names.add(name.removeprefix("sys_enter_"))
    return names


def main():
    sets, known = read(), known_calls()
    own = set(re.findall(r'SYSCALL_SET\("(@[a-z-]+)"', (HERE / "syscalls.def").read_text()))
    print(HEAD)
    for name in sorted(sets):
        calls = sorted(flat(sets, name) & known)
        if name == "@known" or name in own or not calls:
            continue
        lines = textwrap.wrap(" ".join(calls), 92)
        body = "\n".join(f'    "{line}{" " if line is not lines[-1] else ""}"' for line in lines)
        print(f'SYSCALL_SET("{name}",\n{body})')
    print("\n#undef SYSCALL_SET")


main()
