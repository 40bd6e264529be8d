#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the syscall events of a Linux source tree in the format of securityfs
eventfilter/events, for compiling a policy where that kernel doesn't run.

usage: list_syscalls.py LINUX_SOURCE core/pointers.c > linux-6.1-x86_64.events
"""
import pathlib
import re
import sys

DIRS = ("arch/x86", "kernel", "mm", "fs", "net", "ipc", "security", "io_uring", "block",
        "drivers", "lib")

# Pointers that don't look like one (include/uapi/linux/capability.h).
POINTER_TYPES = {"cap_user_header_t", "cap_user_data_t", "__sighandler_t"}

TYPES = {
    "char": "s8", "int": "s32", "unsigned": "u32", "unsigned int": "u32", "long": "s64",
    "unsigned long": "u64", "size_t": "u64", "ssize_t": "s64", "off_t": "s64",
    "loff_t": "s64", "pid_t": "s32", "uid_t": "u32", "gid_t": "u32", "umode_t": "u16",
    "mode_t": "u16", "u32": "u32", "__u32": "u32", "u64": "u64", "__u64": "u64",
    "__s32": "s32", "key_t": "s32", "key_serial_t": "s32", "mqd_t": "s32",
    "timer_t": "s32", "clockid_t": "s32", "aio_context_t": "u64", "rwf_t": "s32",
    "qid_t": "u32", "enum landlock_rule_type": "u32", "bool": "u8",
}

DEFINE = re.compile(r"^SYSCALL_DEFINE([0-6])\s*\(([^)]*)\)", re.M)


def wanted(path):
    return not re.search(r"arch/x86/um/|_32\.c$|sys_ia32\.c$", str(path))


def definitions(tree):
    """Name of the entry -> [(type, argument)], the last definition of the file wins: the
    variants for other architectures come first, behind #ifdef CONFIG_..._BACKWARDS."""
    found = {}
    for folder in DIRS:
        for path in sorted((tree / folder).rglob("*.c")):
            if not wanted(path):
                continue
            text = path.read_text(errors="replace")
            text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
            for count, inside in DEFINE.findall(text):
                words = [" ".join(word.split()) for word in inside.split(",")]
                arguments = words[1:]
                assert len(arguments) == 2 * int(count), (path, words)
                pairs = list(zip(arguments[::2], arguments[1::2]))
                found.setdefault(words[0], pairs if folder == "arch/x86" else None)
                if folder != "arch/x86":
                    found[words[0]] = pairs
    return found


def instead_of(source):
    """(syscall, argument) -> the object event that sees what the argument points to."""
    rows = re.findall(r'\{ "(\w+)", "(\w+)", "(\w+)" \}', pathlib.Path(source).read_text())
    return {(call, argument): event for call, argument, event in rows}


def event_type(instead, call, c_type, argument):
    c_type = c_type.removeprefix("const ") if "*" not in c_type else c_type
    if "*" not in c_type and c_type not in POINTER_TYPES:
        return TYPES[c_type]
    event = instead.get((call, argument))
    return f"pointer({event})" if event else "pointer"


def main():
    print("# SPDX-License-Identifier: BSD-2-Clause")
    print("# The syscall events of Linux 6.1 on x86_64: list_syscalls.py wrote this.")
    tree = pathlib.Path(sys.argv[1])
    defined = definitions(tree)
    instead = instead_of(sys.argv[2])
    table = (tree / "arch/x86/entry/syscalls/syscall_64.tbl").read_text()
    for line in table.splitlines():
        columns = line.split()
        if not columns or columns[0].startswith("#") or columns[1] == "x32":
            continue
        number, usual = columns[0], columns[2]
        entry = columns[3].removeprefix("sys_") if len(columns) > 3 else usual
        # Without an entry point there is no metadata: a name and a number, no field.
        name = entry if entry in defined and entry != "ni_syscall" else usual
        names = f"sys_enter_{name}"
        if usual != name:
            names += f",sys_enter_{usual}"
        fields = []
        if name in defined:
            fields = [f"{argument}:{event_type(instead, name, c_type, argument)}"
                      for c_type, argument in defined[name]]
            fields += ["uid:uid", "gid:gid"]
        print(" ".join([names, "syscalls", f"nr={number}", *fields]))


main()
