#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""junit_count.py FILE: count the cases of a CTest JUnit report; prints "N passed, N failed"."""
import sys
import xml.etree.ElementTree as ET


def main():
    suite = ET.parse(sys.argv[1]).getroot()
    total, failed, skipped, disabled = (
        int(suite.get(key, 0)) for key in ("tests", "failures", "skipped", "disabled")
    )
    print(f"{total - failed - skipped - disabled} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
