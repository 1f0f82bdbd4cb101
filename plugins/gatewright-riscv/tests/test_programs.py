"""Programs on the board: what they print and leave, how they end, and why they cannot go on."""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

import gatewright as gw
from gatewright import Netlist, TrainedGate
from gatewright.testing import check_plugin

HERE = Path(__file__).parent.parent
PROGRAMS = Path(__file__).parent / "programs"

if not entry_points(group="gatewright", name="riscv"):
    pytest.skip(f"gatewright-riscv is not installed: pip install {HERE}", allow_module_level=True)

reference = pytest.importorskip("gatewright_riscv.reference")
random_programs = pytest.importorskip("gatewright_riscv.random_programs")
li = random_programs.li
Program, read_program = (
    getattr(pytest.importorskip("gatewright_riscv.program"), name)
    for name in ("Program", "read_program")
)
Board, Ended = (
    getattr(pytest.importorskip("gatewright_riscv.board"), name) for name in ("Board", "Ended")
)
named, why = (
    getattr(pytest.importorskip("gatewright_riscv.instruction"), name) for name in ("named", "why")
)


PRINTED = {
    "hello": "Hello from trained gates\n",
    "instructions": "",
    "primes": "primes below 200: 46\nCRC-32 of 123456789: cbf43926\n"
    "in order: 24 29 69 198 210 219 233 299 312 369 417 461 482 504 529 599 689 695 747 793 842 932 943 985\n",
    "pi": "3.141592653589793\n",
}


def life() -> str:
    """What a glider on a torus of 8 by 8 looks like, five times."""
    cells, shown = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}, []
    for _ in range(5):
        rows = ("".join(".#"[(x, y) in cells] for x in range(8)) for y in range(8))
        shown.append("".join(f"{row}\n" for row in rows))
        near = Counter(
            ((x + i) % 8, (y + j) % 8) for x, y in cells for i in (-1, 0, 1) for j in (-1, 0, 1)
        )
        cells = {
            cell for cell, count in near.items() if count == 3 or (count == 4 and cell in cells)
        }
    return "\n".join(shown)


PRINTED["life"] = life()


ECALL, EBREAK = 0x73, 0x100073
PRINTS_A, LOOPS = (0x100005B7, 0x04100513, 0x00A58023), 0x0000006F


def sw(register: int, at: int) -> int:
    """Stores a register at the address that another one holds."""
    return register << 20 | at << 15 | 2 << 12 | 0x23


@cache
def processor() -> Netlist:
    return gw.circuit("riscv").netlist


def words(*instructions: int) -> Any:
    return Program(0, ((0, instructions),))


def ran(
    program: Any,
    gates: dict[str, TrainedGate] | None = None,
    cycles: int = 10**6,
    **options: Any,
) -> tuple[Any, str, Any]:
    printed = bytearray()
    board = Board(processor(), program, gates, **options)
    return board.run(cycles, printed.append), printed.decode(), board


def test_it_is_a_plugin() -> None:
    assert check_plugin("riscv").gives == {
        "circuits": ["riscv-core", "riscv"],
        "commands": ["riscv"],
    }


def test_every_instruction_checks_itself() -> None:
    ended, _, _ = ran(read_program(PROGRAMS / "instructions.hex"))
    assert (ended.how, ended.code, ended.cycles) == ("exit", 0, 733)


def test_trained_gates_print(gates: dict[str, TrainedGate]) -> None:
    ended, printed, _ = ran(read_program(PROGRAMS / "hello.hex"), gates)
    assert (ended.how, ended.code, ended.off, printed) == ("exit", 0, 0.0, PRINTED["hello"])


def test_a_random_program_leaves_what_it_should() -> None:
    same(random_programs.RandomProgram(random.Random(8), 100), None)


@pytest.mark.exhaustive
@pytest.mark.parametrize("noise", [0.0, 0.45])
def test_a_random_program_on_trained_gates(noise: float, gates: dict[str, TrainedGate]) -> None:
    same(random_programs.RandomProgram(random.Random(9), 20_000), gates, noise=noise, seed=5)


def same(stream: Any, gates: dict[str, TrainedGate] | None, **options: Any) -> None:
    """The registers, the memory and the place of a random program at its end."""
    program = Program(random_programs.BASE, ((random_programs.BASE // 4, tuple(stream.words)),))
    ended, _, board = ran(program, gates, **options)
    pc, x = stream.states[-1]
    assert (ended.how, ended.code, board.pc) == ("exit", x[10], pc)
    assert [board.register(number) for number in range(32)] == x
    ram = board.machine.memory("ram")
    held = b"".join(
        ram[random_programs.DATA // 4 + word].to_bytes(4, "little")
        for word in range(random_programs.BYTES // 4)
    )
    assert held == stream.memory


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("name", "noise"), [*((each, 0.0) for each in PRINTED), ("instructions", 0.45)]
)
def test_programs_print_what_they_should(
    name: str, noise: float, gates: dict[str, TrainedGate]
) -> None:
    ended, printed, _ = ran(read_program(PROGRAMS / f"{name}.hex"), gates, noise=noise)
    assert (ended.how, ended.code, printed) == ("exit", 0, PRINTED[name])
    assert ended.off <= noise + 1e-9


def test_a_gate_altered_is_refuted_with_the_cycle(gates: dict[str, TrainedGate]) -> None:
    """An exclusive or of the adder that is wrong where all three inputs are on or two of them."""
    netlist = processor()
    program = read_program(PROGRAMS / "hello.hex")
    kind = "lut3-96"
    spec = netlist.gates[kind]
    table = spec.table
    wrong = gw.train(
        gw.GateSpec.from_function(
            "wrong",
            lambda a, b, c: int((a ^ b ^ c) or (a and b)),
            inputs=table.inputs,
            outputs=table.outputs,
        )
    )
    altered = {**gates, kind: dataclasses.replace(wrong, spec=spec)}
    ended = Board(netlist, program, altered).run(200, lambda _: None)
    assert ended.how == "astray"
    assert re.fullmatch(r"wire \S+ should be [01] in cycle \d+, and was [\d.e-]+", ended.why)


def test_exit_codes() -> None:
    assert ran(words(*li(10, 7), ECALL))[0].code == 7
    assert ran(words(*li(10, 0), EBREAK))[0] == Ended("exit", 0, "", 3, 0.0)
    finish = (*li(5, 0x0010_0000), *li(6, 0x5555), sw(6, 5))
    assert ran(words(*finish))[0] == Ended("exit", 0, "", 5, 0.0)
    finish = (*li(5, 0x0010_0000), *li(6, 42 << 16 | 0x3333), sw(6, 5))
    assert ran(words(*finish))[0].code == 42


def test_a_program_that_does_not_end() -> None:
    ended = ran(words(0x0000006F), cycles=5)[0]  # jumps to itself
    assert (ended.how, ended.cycles) == ("limit", 5)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ((0x13, 0xFFFFFFFF), "0xffffffff at 0x00000004 is not an instruction of RV32I"),
        ((0,), "0x00000000 at 0x00000000 is not an instruction of RV32I"),
        ((0x0000100F,), "0x0000100f at 0x00000000 is not an instruction of RV32I"),  # FENCE.I
        ((0x02A58533,), "0x02a58533 at 0x00000000 is not an instruction of RV32I"),  # MUL
        ((0x00102003,), "lw at 0x00000000 reads address 0x00000001, which is not a multiple of 4"),
        (
            (0x00001083 | 3 << 20,),
            "lh at 0x00000000 reads address 0x00000003, which is not a multiple of 2",
        ),
        (
            (*li(5, 0x0010_0000), 0x0002A003),
            "lw at 0x00000008 reads address 0x00100000, which is outside of RAM",
        ),
        (
            (*li(5, 0x8010_0000), sw(5, 5)),
            "sw at 0x00000008 writes address 0x80100000, which is outside of RAM",
        ),
        (
            (*li(5, 0x0010_0000), 0x00028067),
            "jalr at 0x00000008 jumps to where no instruction can be",
        ),
        ((0x0020006F,), "jal at 0x00000000 jumps to where no instruction can be"),
        (
            (*li(5, 0x1000_0004), sw(5, 5)),
            "0x10000004 is stored at 0x10000004, where there is no I/O that takes it",
        ),
    ],
)
def test_what_cannot_be_executed_is_named(program: tuple[int, ...], why: str) -> None:
    ended = ran(words(*program))[0]
    assert (ended.how, ended.why) == ("trap", why)


def test_names_of_instructions_are_those_that_the_interpreter_executes() -> None:
    """A word has a name where it is executed, or is ECALL or EBREAK; with no address, which may be none."""
    rng = random.Random(6)

    def executed(word: int) -> bool:
        try:
            reference.execute(
                0x8000_0000,
                [0] * 32,
                word,
                lambda *_: 0,
                lambda *_: None,
            )
        except reference.StopError:
            return word in (ECALL, EBREAK)
        return True

    for _ in range(20_000):
        word = (
            rng.randrange(2**30) << 2 | 3
            if rng.random() < 0.5
            else random_programs.instruction(rng, [0] * 32)
        )
        if word & 0x7F not in (0x03, 0x23, 0x63, 0x67, 0x6F):  # whose addresses may be none
            assert bool(named(word)) == executed(word), hex(word)
    assert (
        len({named(word & 0xFE00707F | upper) for word in range(0x80) for upper in _UPPER}) == 41
    )  # and ""
    assert why(ECALL ^ 1, 4, 0) == "0x00000072 at 0x00000004 is not an instruction of RV32I"


_UPPER = [f7 << 25 | f3 << 12 | e << 20 for f7 in (0, 32) for f3 in range(8) for e in (0, 1)]


@pytest.mark.parametrize("trained", [False, True])
def test_an_interrupted_program_says_where_it_was(
    trained: bool, gates: dict[str, TrainedGate]
) -> None:
    def watch(done: int) -> None:
        if done > 3:
            raise KeyboardInterrupt

    board = Board(processor(), words(*PRINTS_A, 0x13, LOOPS), gates if trained else None)
    printed = bytearray()
    ended = board.run(8, printed.append, watch=watch)
    assert (ended.how, ended.why, bytes(printed)) == ("interrupted", "it was at 0x00000010", b"A")
    assert ended.cycles > 3
