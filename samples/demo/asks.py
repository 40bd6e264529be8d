# SPDX-License-Identifier: BSD-2-Clause
"""Opens the files whose names come in, and says what came of it."""
import sys

for line in sys.stdin:
    try:
        with open(line.strip(), encoding="ascii") as file:
            print("opened:", file.readline().strip(), flush=True)
    except OSError as error:
        print("refused:", error.strerror, flush=True)
