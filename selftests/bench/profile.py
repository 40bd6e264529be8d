#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""profile.py PROFILE SYSTEM_MAP TIMES: instructions by function, per operation, and how often the function
stored elsewhere than on the stack."""
import sys
from bisect import bisect_right
from collections import Counter, defaultdict

if len(sys.argv) != 4:
    sys.exit("usage: profile.py PROFILE SYSTEM_MAP TIMES")
with open(sys.argv[2]) as lines:
    symbols = sorted((int(address, 16), name) for address, kind, name in map(str.split, lines) if kind in "tTwW")
starts = [address for address, _ in symbols]
total, stores, by_region = Counter(), Counter(), defaultdict(Counter)
with open(sys.argv[1]) as lines:
    for words in map(str.split, lines):
        address, instructions, runs = int(words[0], 16), int(words[1]), int(words[2])
        place = bisect_right(starts, address) - 1
        name = symbols[place][1] if address >= starts[0] else "(userspace)"
        total[name] += instructions * runs
        for region, count in zip(words[3::2], map(int, words[4::2])):
            stores[region] += count
            by_region[name][region] += count
# By far most stores go to the stack of who is measured
stack = stores.most_common(1)[0][0]
for name, instructions in total.most_common():
    if instructions >= int(sys.argv[3]):
        times = int(sys.argv[3])
        elsewhere = sum(count for region, count in by_region[name].items() if region != stack)
        print(f"{instructions / times:10.1f} {elsewhere / times:8.1f} {name}")
