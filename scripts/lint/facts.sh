#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# facts.sh: each fact of docs/kernel-facts.md has a test that is named after it
set -euo pipefail
bad=0
while read -r number; do
	grep -rqE --include='*_test.cc' "^TEST.*\bFact${number}[A-Z]" selftests && continue
	echo "fact $number of docs/kernel-facts.md has no test whose name begins with Fact$number"
	bad=1
done < <(sed -nE 's/^\| ([0-9]+) \|.*/\1/p' docs/kernel-facts.md)
exit $bad
