# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154,SC2034
chapter "3. python3 computes, reads and writes below ~/projects, and starts nothing"
policy=$rules/python.policy domain=python_t

try "import half of the standard library" allowed -- \
	python3 -I -c 'import json, sqlite3, ssl, http.client, decimal, ctypes; print(decimal.Decimal("0.1") * 3)'
prints "and computes 0.1 * 3 = 0.3" 0.3
try "write ~/projects/result.txt and read it back" allowed -- \
	python3 -I -c 'open("projects/result.txt", "w").write("42"); print(open("projects/result.txt").read())'
try "read ~/diary.txt" refused file_open "*/diary.txt" -- python3 -I -c 'open("diary.txt").read()'
try "start /bin/sh" refused file_exec "*/dash" -- \
	python3 -I -c 'import subprocess; subprocess.run(["/bin/sh", "-c", "id"], check=True)'
try "leave a file in /tmp" refused file_create "/loot" -- python3 -I -c 'open("/tmp/loot", "w")'
