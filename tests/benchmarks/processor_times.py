"""Which tests take long, written to ``tests/long.txt``: they are run with the exhaustive ones.

So ``pytest`` alone takes minutes. Of each test the processor time counts, that of its processes included, as
machines are busy and differ::

    export PROCESSOR_TIMES=$(mktemp -d)
    pytest -m "" -p tests.benchmarks.processor_times
    python -m tests.benchmarks.processor_times
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

LIST = Path(__file__).parents[1] / "long.txt"
LONG = 0.25
"""Seconds."""

ORDINARY = {
    "tests/cli/test_draw.py::test_a_theme_for_every_picture[words0]",
    "tests/cli/test_faults.py::test_a_device_is_written_and_diagnosed[d.csv]",
    "tests/cli/test_map.py::test_registers_stay_and_what_is_between_them_is_mapped",
    "tests/circuits/test_sweeping.py::test_dividers_are_proved[8]",
    "tests/docs/test_commands.py::test_the_certificate_is_what_the_command_prints[docs/discipline.md]",
    "tests/docs/test_transcripts.py::test_every_command_shows_what_the_page_shows[xor]",
    "tests/draw/test_schematic.py::test_a_schematic_shows_registers[lfsr-given2]",
    "tests/examples/test_choose.py::test_from_examples_to_trained_gates",
    "tests/formats/test_onnx.py::test_the_standard_gives_what_the_gates_give[float32]",
    "tests/plugins/test_prints.py::test_what_a_command_of_a_plugin_prints_is_its_result",
}
"""What takes that long and runs with the ordinary ones all the same: of what people do, one test each."""


def _spent() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(each.ru_utime + each.ru_stime for each in map(resource.getrusage, kinds))


def _folder() -> Path:
    return Path(os.environ["PROCESSOR_TIMES"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Add a line for each test to a file of this process."""
    before = _spent()
    yield
    always = any(mark.name == "exhaustive" and not mark.kwargs for mark in item.iter_markers())
    with (_folder() / f"{os.getpid()}.txt").open("a", encoding="utf-8") as file:
        file.write(f"{_spent() - before:.2f}\t{int(always)}\t{item.nodeid}\n")


def main() -> None:
    """Write the list, and say how long it and the rest take."""
    lines = [
        line.split("\t", 2)
        for path in _folder().glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    times = {name: float(seconds) for seconds, always, name in lines if always == "0"}
    long = {
        name: seconds for name, seconds in times.items() if seconds >= LONG and name not in ORDINARY
    }
    LIST.write_text("".join(f"{name}\n" for name in sorted(long)), encoding="utf-8")
    rest = sum(times.values()) - sum(long.values())
    print(f"{len(long)} tests of at least {LONG:g} s: {sum(long.values()):.0f} s of processor time")
    print(f"{len(times) - len(long)} others: {rest:.0f} s")


if __name__ == "__main__":
    main()
