#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the syscall events of a Linux source tree in the format of securityfs
eventfilter/events, for compiling a policy where that kernel doesn't run.

usage: list_syscalls.py LINUX_SOURCE > linux-6.1-x86_64.events
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
    "loff_t": "s64", "pid_t": "s32", "uid_t": "uid", "gid_t": "gid", "umode_t": "u16",
    "mode_t": "u16", "u32": "u32", "__u32": "u32", "u64": "u64", "__u64": "u64",
    "__s32": "s32", "key_t": "s32", "key_serial_t": "s32", "mqd_t": "s32",
    "timer_t": "s32", "clockid_t": "s32", "aio_context_t": "u64", "rwf_t": "s32",
    "qid_t": "u32", "enum landlock_rule_type": "u32", "bool": "u8",
}

# What sees the object that a pointer names.
INSTEAD = {
    "file_open": "open openat openat2 creat uselib acct swapon",
    "file_stat": "newstat newlstat newfstatat statx access faccessat faccessat2 statfs "
                 "getxattr lgetxattr listxattr llistxattr",
    "file_exec": "execve execveat",
    "file_create": "mkdir mkdirat mknod mknodat symlink symlinkat",
    "file_unlink": "unlink unlinkat rmdir",
    "file_rename": "rename renameat renameat2",
    "file_link": "link linkat",
    "file_truncate": "truncate",
    "file_readlink": "readlink readlinkat",
    "file_chroot": "chroot",
    "file_setattr": "chmod fchmodat chown lchown fchownat utime utimes futimesat utimensat "
                    "setxattr lsetxattr removexattr lremovexattr",
    "file_mount": "mount move_mount",
    "file_umount": "umount",
    "socket_connect": "connect",
    "socket_bind": "bind",
    "socket_send": "sendto sendmsg sendmmsg",
}
INSTEAD = {call: event for event, calls in INSTEAD.items() for call in calls.split()}

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


def event_type(call, c_type):
    c_type = c_type.removeprefix("const ") if "*" not in c_type else c_type
    if "*" in c_type or c_type in POINTER_TYPES:
        names_object = re.search(r"const char|sockaddr|msghdr", c_type)
        instead = INSTEAD.get(call) if names_object else None
        return f"pointer({instead})" if instead else "pointer"
    return TYPES[c_type]


def main():
    print("# SPDX-License-Identifier: BSD-2-Clause")
    print("# The syscall events of Linux 6.1 on x86_64: list_syscalls.py wrote this.")
    tree = pathlib.Path(sys.argv[1])
    defined = definitions(tree)
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
            fields = [f"{arg}:{event_type(name, kind)}" for kind, arg in defined[name]]
            fields += ["uid:uid", "gid:gid"]
        print(" ".join([names, "syscalls", f"nr={number}", *fields]))


main()
