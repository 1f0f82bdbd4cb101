"""The core, cycle by cycle, against an interpreter of its own: what it computes, asks memory for, and refuses."""

from __future__ import annotations

import random

import numpy as np
import pytest

import gatewright as gw
from gatewright import TrainedGate
from gatewright.circuits.clocked.lockstep import astray_of
from gatewright.circuits.clocked.machine import Machine
from gatewright.circuits.netlist import bus_columns
from gatewright.logic.bits import bits_to_bus, bus_to_bits

reference = pytest.importorskip("gatewright_riscv.reference")
random_programs = pytest.importorskip("gatewright_riscv.random_programs")


def columns(names: list[str], base: str) -> list[int]:
    """Where the bits of a register of the processor stand among all, the lowest first."""
    return [
        names.index(f"{base}[{bit}]")
        for bit in range(sum(each.startswith(f"{base}[") for each in names))
    ]


def compared(machine: Machine, cycles: int, seed: int) -> int:
    """Run random instructions in every lane; how many were not refused."""
    rng = random.Random(seed)
    names = [each.name for each in machine.netlist.registers]
    places = [columns(names, f"x{number}") for number in range(1, 32)]
    fetch, half = columns(names, "fetch"), columns(names, "half")
    pcs, registers = [0] * machine.lanes, [[0] * 32 for _ in range(machine.lanes)]
    done = 0
    for _ in range(cycles):
        instructions = [random_programs.instruction(rng, x) for x in registers]
        words = [rng.randrange(2**32) for _ in registers]
        bits = np.concatenate([bus_to_bits(instructions, 32), bus_to_bits(words, 32)], axis=1)
        cycle = machine.step(bits)
        wrong = astray_of(cycle)
        assert wrong is None, wrong
        outputs = cycle.outputs
        held = machine.held
        got = np.array([bits_to_bus(held[place].T) for place in places])
        pc = bits_to_bus(held[half].T) << 31 | bits_to_bus(held[fetch].T) << 2
        ports = {
            bus.name: bits_to_bus(outputs[:, at]).tolist()
            for bus, at in bus_columns(machine.netlist.outputs)
        }
        for lane, x in enumerate(registers):
            told = {name: values[lane] for name, values in ports.items()}
            stored: list[tuple[int, int, int]] = []
            read: list[int] = []

            def load(
                address: int, size: int, word: int = words[lane], read: list[int] = read
            ) -> int:
                read.append(address)
                return word >> 8 * (address % 4) & (1 << 8 * size) - 1

            def store(*what: int, stored: list[tuple[int, int, int]] = stored) -> None:
                stored.append(what)  # type: ignore[arg-type]

            stop, where = False, f"{instructions[lane]:08x} at {pcs[lane]:08x}"
            try:
                pcs[lane] = reference.execute(pcs[lane], x, instructions[lane], load, store)
                done += 1
            except reference.StopError:
                stop = True
            pcs[lane] &= 0x800F_FFFF  # at its end, RAM begins anew
            assert x[1:] == got[:, lane].tolist(), where
            assert pcs[lane] == pc[lane], where
            io = bool(stored) and 2**20 <= stored[0][0] < 2**31
            assert (told["call"], told["io"]) == (stop or io, io), where
            if read:
                assert told["address"] == read[0], where
            if not stored or io:
                assert told["enable"] == 0, where
            if stored:
                address, size, value = stored[0]
                assert told["address"] == address, where
                if io:
                    assert told["data"] & (1 << 8 * size) - 1 == value, where
                else:
                    assert told["enable"] == ((1 << size) - 1) << address % 4, where
                    assert told["data"] >> 8 * (address % 4) & (1 << 8 * size) - 1 == value, where
    return done


def test_random_instructions_do_what_the_manual_says() -> None:
    machine = Machine(gw.circuit("riscv-core").netlist, lanes=64)
    assert compared(machine, 100, seed=1) > 5000


def test_trained_gates_with_noise_on_every_wire(gates: dict[str, TrainedGate]) -> None:
    machine = Machine(gw.circuit("riscv-core").netlist, gates, lanes=16, noise=0.45, seed=3)
    assert compared(machine, 10, seed=2) > 100


@pytest.mark.exhaustive
def test_100_000_random_instructions(gates: dict[str, TrainedGate]) -> None:
    """A tenth of them by trained gates with noise on every wire, which cost a hundred times as much."""
    netlist = gw.circuit("riscv-core").netlist
    noisy = Machine(netlist, gates, lanes=128, noise=0.45, seed=4)
    assert compared(noisy, 140, seed=5) > 12_000
    assert compared(Machine(netlist, lanes=1024), 140, seed=6) > 100_000
