#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""language_cases.py: whether each word of the policy language and each of its rules has its cases.

grammar/cases.txt says which: a rule file that is taken, one that is refused, a case that runs in the virtual machine.
A word has to stand in those of its cases that are rule files, and in the source of the others.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "grammar/corpus"
RULES = 12
# Words that the scanner doesn't reserve.
MORE = {"self", "fs", "tcp", "udp", "any", "anonymous"}


def words():
    """What grammar/policy.ll takes for keywords, and MORE."""
    text = (ROOT / "grammar/policy.ll").read_text()
    return set(re.findall(r'^"([a-z]+)"\s', text, re.M)) | MORE


def guest_cases():
    """Suite.Case -> the source that has it."""
    cases = {}
    for folder in ROOT.glob("userspace/policyd/*/test"):
        for source in [*folder.glob("*.cc"), *folder.glob("guest/*.cc")]:
            text = source.read_text()
            for suite, case in re.findall(r"^TEST(?:_F)?\((\w+), (\w+)\)", text, re.M):
                cases[f"{suite}.{case}"] = text
    # What every rule file of a fixture has
    shared = (ROOT / "userspace/policyd/cli/test/run_fixture.h").read_text()
    return {name: text + shared for name, text in cases.items()}


def has_word(word, text):
    plain = re.sub(r"^\s*(#|//).*|\s#.*", "", text, flags=re.M).replace("\\n", " ")
    return re.search(rf"\b{word}\b", plain) is not None


def check_row(name, columns, cases, problems):
    word = None if name[0].isdigit() else name
    for kind, column in zip(("good", "bad"), columns):
        for case in column.split() or problems.append(f"{name}: no {kind} case") or []:
            path = CORPUS / kind / f"{case}.policy"
            if not path.exists():
                problems.append(f"{name}: there is no {kind}/{case}.policy")
            elif word and not has_word(word, path.read_text()):
                problems.append(f"{name}: {kind}/{case}.policy hasn't the word")
    for case in columns[2].split() or problems.append(f"{name}: no case in the virtual machine") or []:
        if case not in cases:
            problems.append(f"{name}: there is no case {case}")
        elif word and not has_word(word, cases[case]):
            problems.append(f"{name}: the source of {case} hasn't the word")


def main():
    problems, seen = [], set()
    cases = guest_cases()
    for line in (ROOT / "grammar/cases.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, *columns = [part.strip() for part in line.split("|")]
        if len(columns) != 3:
            problems.append(f"{name}: three columns, please")
            continue
        seen.add(name.split()[0])
        check_row(name, columns, cases, problems)
    wanted = words() | {str(number + 1) for number in range(RULES)}
    problems += [f"{name}: has no line" for name in sorted(wanted - seen)]
    problems += [f"{name}: is no word of the language" for name in sorted(seen - wanted)]
    print("\n".join(problems) or f"{len(seen)} words and rules have their cases")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
