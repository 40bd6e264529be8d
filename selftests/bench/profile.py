#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""profile.py PROFILE SYSTEM_MAP TIMES: instructions by function, per operation."""
import sys
from bisect import bisect_right
from collections import Counter

if len(sys.argv) != 4:
    sys.exit("usage: profile.py PROFILE SYSTEM_MAP TIMES")
with open(sys.argv[2]) as lines:
    symbols = sorted((int(address, 16), name) for address, kind, name in map(str.split, lines) if kind in "tTwW")
starts = [address for address, _ in symbols]
total = Counter()
with open(sys.argv[1]) as lines:
    for words in map(str.split, lines):
        address, instructions, runs = int(words[0], 16), int(words[1]), int(words[2])
        place = bisect_right(starts, address) - 1
        name = symbols[place][1] if address >= starts[0] else "(userspace)"
        total[name] += instructions * runs
for name, instructions in total.most_common():
    if instructions >= int(sys.argv[3]):
        print(f"{instructions / int(sys.argv[3]):10.1f} {name}")
