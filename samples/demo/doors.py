# SPDX-License-Identifier: BSD-2-Clause
"""Doors past a filter: each function tries one, and returns only if it got through."""
import ctypes
import os
import sys

SECRET = "/home/demo/.ssh/id_ed25519"
PTRACE_ATTACH = 16
CLONE_NEWNS = 0x20000
CLONE_NEWUSER = 0x10000000
SYS_IO_URING_SETUP = 425

libc = ctypes.CDLL(None, use_errno=True)


def check(result):
    """Raises OSError for a failed call into libc."""
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def proc_fd():
    """O_PATH opens nothing yet; opening it again through /proc does."""
    handle = os.open(SECRET, os.O_PATH)
    with open(f"/proc/self/fd/{handle}", encoding="ascii") as file:
        print(file.read())


def ptrace(pid):
    """Whoever traces a process can have it open files."""
    check(libc.ptrace(PTRACE_ATTACH, int(pid), None, None))


def memory(pid):
    """What it has read is in its memory."""
    buffer = ctypes.create_string_buffer(1)
    piece = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 1)
    check(libc.process_vm_readv(int(pid), piece, 1, piece, 1, 0))


def mount():
    """In a user namespace one is root, and root mounts."""
    check(libc.unshare(CLONE_NEWUSER | CLONE_NEWNS))
    check(libc.mount(b"none", b"/home/demo/.ssh", b"tmpfs", 0, None))


def io_uring():
    """A ring takes requests that no system call is made for."""
    parameters = ctypes.create_string_buffer(120)
    check(libc.syscall(SYS_IO_URING_SETUP, 8, parameters))


if __name__ == "__main__":
    try:
        globals()[sys.argv[1]](*sys.argv[2:])
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error.strerror}")
