# SPDX-License-Identifier: BSD-2-Clause
"""What the page of benchmarks shows. A row of peers.sh is named by table, subject and operation."""

OPERATIONS = {
    "getpid": "getpid",
    "write": "write 1 byte to /dev/null",
    "fstat": "fstat",
    "kill": "kill(self, 0)",
    "open_close_1": "open+close, depth 1",
    "open_close_5": "open+close, depth 5",
    "open_close_10": "open+close, depth 10",
    "open_close_20": "open+close, depth 20",
    "create_close_unlink": "creat+close+unlink",
    "rename_and_back": "rename there and back",
    "vfork_exec": "vfork+exec+exit+wait",
    "tcp_connect": "tcp: socket, connect, accept, close",
    "unix_connect": "unix: socket, connect, accept, close",
}

SUBJECTS = {
    "ours": "eventfilter",
    "ours_list": "eventfilter, list",
    "ours_unlike": "eventfilter, unlike layers",
    "seccomp": "seccomp",
    "seccomp_list": "seccomp, list",
    "seccomp_linear": "seccomp linear",
    "seccomp_bintree": "seccomp bintree",
    "landlock": "Landlock",
    "selinux": "SELinux",
    "apparmor": "AppArmor",
    "bpf": "BPF LSM",
    "libselinux": "libselinux",
    "CPU_ms": "CPU ms",
    "peak_MiB": "peak MiB",
    "peak_MiB_until_then": "peak MiB until then",
}

LAYERS = [1, 4, 16]
RULES = [1, 10, 100, 1000]
# Evenly apart on a logarithmic scale
GENERATED = [10_000, 30_000, 100_000, 300_000, 1_000_000]
DEPTHS = [1, 5, 10, 20]

TABLES = [
    {"title": "System calls", "kind": "operations", "note": "calls", "charts": ["calls"],
     "subjects": [("calls", s) for s in
                  ("ours_list", "ours", "seccomp_list", "seccomp_linear", "seccomp_bintree")]},
    {"title": "Objects", "kind": "operations", "note": "objects", "charts": ["depth", "objects"],
     "subjects": [("objects", s) for s in ("ours", "landlock", "selinux", "apparmor", "bpf")]},
    {"title": "Nobody confined", "kind": "operations", "note": "idle",
     "subjects": [("idle", s) for s in ("ours", "landlock", "selinux", "apparmor", "bpf")]},
    {"title": "Layers", "kind": "growth", "note": "layers", "charts": ["layers_write", "layers_open"],
     "prefix": "layers_", "numbers": LAYERS,
     "rows": [("ours", "write"), ("seccomp_linear", "write"), ("seccomp_bintree", "write"),
              ("ours", "open_close_5"), ("ours_unlike", "open_close_5"), ("landlock", "open_close_5")]},
    {"title": "Rules", "kind": "growth", "note": "rules", "charts": ["rules_write", "rules_open"],
     "prefix": "rules_", "numbers": RULES,
     "rows": [("ours", "write"), ("seccomp_linear", "write"), ("seccomp_bintree", "write"),
              ("ours", "open_close_5"), ("landlock", "open_close_5"), ("apparmor", "open_close_5")]},
    {"title": "Installing", "kind": "plain", "table": "install", "note": "install"},
    {"title": "Memory", "kind": "plain", "table": "memory", "note": "memory"},
    {"title": "A refusal", "kind": "plain", "table": "denial", "note": "denial"},
    {"title": "Evaluation in userspace", "kind": "plain", "table": "evaluation", "note": "evaluation"},
    {"title": "Access vector cache", "kind": "plain", "table": "avc", "note": "avc"},
    {"title": "Policy compilers", "kind": "plain", "table": "compilers", "note": "compilers"},
    {"title": "AppArmor's profiles", "kind": "plain", "table": "profiles", "note": "profiles"},
    {"title": "Phases of the compiler", "kind": "plain", "table": "phases", "note": "phases"},
    {"title": "Growth of the compiler", "kind": "plain", "table": "generated", "note": "generated",
     "charts": ["generated"]},
    {"title": "Userspace", "kind": "plain", "table": "userspace", "note": "userspace"},
]


def growing(prefix, numbers, operation, subjects):
    return {s: [(f"{prefix}{n}", s, operation) for n in numbers] for s in subjects}


FILE_OPERATIONS = ["open_close_1", "open_close_5", "create_close_unlink", "rename_and_back", "vfork_exec"]
OBJECTS = ["ours", "landlock", "selinux", "apparmor", "bpf"]

CHARTS = {
    "generated": {
        "title": "CPU ms to compile generated rules", "kind": "lines", "logarithmic": True, "plain": True,
        "categories": [f"{n:,}" for n in GENERATED], "x": "rules (both scales logarithmic)",
        "series": {"CPU_ms": [("generated", "CPU_ms", str(n)) for n in GENERATED],
                   "peak_MiB": [("generated", "peak_MiB", str(n)) for n in GENERATED]}},
    "calls": {
        "title": "Instructions that a filter of system calls adds", "kind": "bars",
        "categories": [OPERATIONS[o] for o in ("getpid", "write", "fstat", "open_close_1")],
        "series": {s: [("calls", s, o) for o in ("getpid", "write", "fstat", "open_close_1")]
                   for s in ("ours", "seccomp_linear", "seccomp_bintree")}},
    "depth": {
        "title": "open+close: instructions added, by depth of the path", "kind": "lines",
        "categories": [str(n) for n in DEPTHS], "x": "components of the path",
        "series": {s: [("objects", s, f"open_close_{n}") for n in DEPTHS] for s in OBJECTS}},
    "objects": {
        "title": "Instructions added to operations on objects", "kind": "bars",
        "categories": [OPERATIONS[o] for o in FILE_OPERATIONS],
        "series": {s: [("objects", s, o) for o in FILE_OPERATIONS] for s in OBJECTS}},
    "layers_write": {
        "title": "write: instructions added, by number of layers", "kind": "lines", "logarithmic": True,
        "categories": [str(n) for n in LAYERS], "x": "layers (logarithmic scale)",
        "series": growing("layers_", LAYERS, "write", ["ours", "seccomp_linear", "seccomp_bintree"])},
    "layers_open": {
        "title": "open+close at depth 5: instructions added, by number of layers", "kind": "lines",
        "categories": [str(n) for n in LAYERS], "x": "layers",
        "series": growing("layers_", LAYERS, "open_close_5", ["ours", "ours_unlike", "landlock"])},
    "rules_write": {
        "title": "write: instructions added, by number of descriptors allowed", "kind": "lines",
        "logarithmic": True, "categories": [f"{n:,}" for n in RULES],
        "x": "descriptors (logarithmic scale)",
        "series": growing("rules_", RULES, "write", ["ours", "seccomp_linear", "seccomp_bintree"])},
    "rules_open": {
        "title": "open+close at depth 5: instructions added, by number of rules", "kind": "lines",
        "categories": [f"{n:,}" for n in RULES], "x": "rules",
        "series": growing("rules_", RULES, "open_close_5", ["ours", "landlock", "apparmor"])},
}

# (title, budget, where the measured figure is, the best peer's)
BUDGETS = [
    ("any syscall, task without layers", 0, ("added", "idle", "ours", "getpid"), None),
    ("always-allowed syscall, task with a syscall filter", 46, ("added", "calls", "ours", "getpid"),
     ("calls", "seccomp_list", "getpid")),
    ("write, `fd == 1 \\|\\| fd == 2`", 100, ("added", "layers_1", "ours", "write"),
     ("layers_1", "seccomp_bintree", "write")),
    ("write, 24 values", 108, ("added", "rules_24", "ours", "write"), ("rules_24", "seccomp_bintree", "write")),
    ("write, 16 different layers", 400, ("added", "layers_16", "ours_unlike", "write"),
     ("layers_16", "seccomp_bintree", "write")),
    ("open+close, depth 1, label filter", 135, ("added", "objects", "ours", "open_close_1"),
     ("objects", "landlock", "open_close_1")),
    ("open+close, depth 5, label filter", 180, ("added", "objects", "ours", "open_close_5"),
     ("objects", "landlock", "open_close_5")),
    ("open+close, depth 10, label filter", 235, ("added", "objects", "ours", "open_close_10"),
     ("objects", "landlock", "open_close_10")),
    ("1,000 labelled directories and 64 labels in the filter, over one", 18,
     ("rise", ("rules_1", "ours", "open_close_5"), ("rules_1000", "ours", "open_close_5")), None),
    ("16 layers in one label space, over one", 100,
     ("rise", ("layers_1", "ours", "open_close_5"), ("layers_16", "ours", "open_close_5")), None),
    ("creat+close+unlink", 680, ("added", "objects", "ours", "create_close_unlink"),
     ("objects", "landlock", "create_close_unlink")),
    ("rename there and back", 480, ("added", "objects", "ours", "rename_and_back"),
     ("objects", "landlock", "rename_and_back")),
    ("vfork+exec+exit+wait", 900, ("added", "objects", "ours", "vfork_exec"),
     ("objects", "landlock", "vfork_exec")),
    ("tcp connect cycle, endpoint labels", 650, ("added", "objects", "ours", "tcp_connect"),
     ("objects", "selinux", "tcp_connect")),
    ("idle: read or write", 20, ("added", "idle", "ours", "write"), ("idle", "landlock", "write")),
    ("idle: open+close", 60, ("added", "idle", "ours", "open_close_1"), ("idle", "landlock", "open_close_1")),
    ("idle: vfork+exec+exit+wait", 600, ("added", "idle", "ours", "vfork_exec"),
     ("idle", "landlock", "vfork_exec")),
    ("enforcing a ruleset", 10_000, ("value", "install", "ours", "enforce"),
     ("install", "landlock", "enforce")),
    ("parsing and enforcing a list of system calls", 500_000, ("value", "install", "ours", "list_of_calls"),
     ("install", "seccomp", "list_of_calls")),
    ("bytes per process, shared ruleset", 256, ("value", "memory", "ours", "shared_ruleset"),
     ("memory", "landlock", "own_ruleset")),
    ("bytes per process, own list of system calls", 8_192, ("value", "memory", "ours", "own_list_of_calls"),
     ("memory", "seccomp", "own_list_of_calls")),
]
