"""Grades as files: a table with commas, and the ``results.json`` that Gradescope's autograder reads.

The latter as in https://gradescope-autograders.readthedocs.io/en/latest/specs/.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from gatewright.circuits.grading.grade import Grade, Limits
from gatewright.cli import output
from gatewright.logic.numerals import as_text
from gatewright.text import listed

COLUMNS = (
    "file",
    "verdict",
    "passed",
    "gates",
    "levels",
    "kinds",
    "over limits",
    "right bits",
    "wrong bits",
    "undecided bits",
    "inputs",
    "wanted",
    "got",
    "reason",
)


_SHOWN = 8
"""Cycles before the one that differs whose inputs are shown."""


def bits(grade: Grade, which: str) -> list[str]:
    """The output bits that are ``right``, ``wrong`` or ``undecided``."""
    return [name for name, said in grade.bits.items() if said == which]


def at(grade: Grade) -> str:
    """The inputs of a counterexample, cycle after cycle; empty without one."""
    if grade.counterexample is None:
        return ""
    cycles = [*(grade.earlier or ()), grade.counterexample.inputs]
    return "; ".join(map(output.assignments, cycles))


def values(grade: Grade, side: str) -> str:
    """The output buses of a counterexample that differ: what was ``wanted``, or what it ``got``."""
    found = grade.counterexample.outputs if grade.counterexample else ()
    said = ((each.bus, each.wanted if side == "wanted" else each.got) for each in found)
    return " ".join(f"{bus}={'?' if value is None else as_text(value)}" for bus, value in said)


def as_csv(grades: Iterable[Grade]) -> str:
    """A row for every submission, under a row of names."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for each in grades:
        rows.writerow(
            [
                _cell(each.name),
                each.verdict,
                "yes" if each.passed else "no",
                each.gates if each.levels is not None else "",
                "" if each.levels is None else each.levels,
                " ".join(f"{kind}:{count}" for kind, count in each.kinds.items()),
                "; ".join(each.over),
                *(" ".join(bits(each, which)) for which in ("right", "wrong", "undecided")),
                at(each),
                values(each, "wanted"),
                values(each, "got"),
                _cell("; ".join(filter(None, (each.reason, *each.remarks)))),
            ]
        )
    return text.getvalue()


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: students choose the names of their files."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def as_results(grades: Sequence[Grade], title: str, limits: Limits) -> str:
    """What Gradescope reads: for every submission a test of what it does, and one of each limit that is set.

    A limit counts only for what is right: a circuit without gates keeps every one.
    """
    tests = [test for grade in grades for test in _tests(grade, title, limits, len(grades) > 1)]
    score = sum(test["score"] for test in tests)
    return json.dumps({"score": score, "tests": tests}, indent=2) + "\n"


def _tests(grade: Grade, title: str, limits: Limits, several: bool) -> list[dict[str, Any]]:
    of = f"{grade.name}: " if several else ""
    right = grade.verdict == "right"
    tests = [
        _test(f"{of}computes what {title} does", right, "\n".join((*lines(grade), *grade.remarks)))
    ]
    if limits != Limits():
        said = "\n".join(grade.over) or (made_of(grade) if right else "counts once it is right")
        tests.append(_test(f"{of}keeps the limits", grade.passed, said))
    return tests


def made_of(grade: Grade) -> str:
    """The kinds of gates of a submission in words, those used most first."""
    kinds = [f"{count} {kind}" for kind, count in Counter(grade.kinds).most_common()]
    return listed(kinds) or "wires alone"


def _test(name: str, passed: bool, text: str) -> dict[str, Any]:
    status = "passed" if passed else "failed"
    return {"name": name, "score": int(passed), "max_score": 1, "status": status, "output": text}


def lines(grade: Grade) -> list[str]:
    """What a student is told."""
    said = [grade.reason]
    if grade.verdict == "wrong":
        said = [grade.state] if grade.state else said[: not grade.counterexample]
        if grade.counterexample:
            said.append(
                f"{_when(grade)}: wanted {values(grade, 'wanted')}, got {values(grade, 'got')}"
            )
        said += [
            f"{which} output bits: {' '.join(found)}"
            for which in ("right", "wrong", "undecided")
            if (found := bits(grade, which))
        ]
    return said


def _when(grade: Grade) -> str:
    """The inputs of a counterexample and, of circuits with registers, the cycles up to it."""
    inputs = output.assignments(grade.counterexample.inputs) if grade.counterexample else ""
    if grade.earlier is None:
        return f"at {inputs}"
    ones = [name for name, bit in grade.begins.items() if bit]
    zeros = ["registers without an initial value as 0"] * (len(ones) < len(grade.begins))
    begun = " and ".join([f"{listed(ones)} as 1"] * bool(ones) + zeros)
    first = len(grade.earlier) - min(len(grade.earlier), _SHOWN)
    left_out = f"{first} cycle{'' if first == 1 else 's'} that --json lists"
    before = [left_out] * bool(first) + [
        f"{output.assignments(each)} in cycle {cycle}"
        for cycle, each in enumerate(grade.earlier[first:], first)
    ]
    return "".join(
        (
            f"in cycle {len(grade.earlier)}",
            f" at {inputs}" if inputs else "",
            f" (begun with {begun})" if begun else "",
            f", after {', '.join(before)}" if before and inputs else "",
        )
    )


def as_json(grade: Grade) -> dict[str, Any]:
    """One grade as plain values."""
    return {**dataclasses.asdict(grade), "gates": grade.gates, "passed": grade.passed}
