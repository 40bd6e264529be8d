#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""man_example.py PAGE FILE: into FILE the program in a manual page's EXAMPLES, for the tests that compile and run it."""
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
found = re.search(r"^\.SH EXAMPLES\n\.EX\n(.*?)^\.EE$", page, re.MULTILINE | re.DOTALL)
if not found:
    sys.exit(f"{sys.argv[1]}: no example between .EX and .EE")
text = found.group(1).replace(r"\-", "-").replace(r"\e", "\\")
with open(sys.argv[2], "w", encoding="utf-8") as example:
    example.write(f"// SPDX-License-Identifier: BSD-2-Clause\n{text}")
