"""Every state that a circuit can be in, with every input: its exact gates against what its integers say.

Circuit and integers begin in their first states and are given the same inputs. A pair of states that was met
before need not be looked at again; so if no output differs in any pair, with any input, none does in any cycle.

Example:
    >>> from gatewright.api.circuits import circuit
    >>> print(circuit("counter", bits=3, modulo=5).check())
    exact gates = integer reference: proved exhaustively (12 of 12); every input in 5 states, so in every cycle
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gatewright.arrays import Bits
from gatewright.circuits.buses import row_values
from gatewright.circuits.clocked.cut import cut
from gatewright.circuits.clocked.lockstep import Broken, Reference
from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.verify.verdict import EXACT, Claim
from gatewright.logic.bits import table_rows
from gatewright.logic.numerals import counted

MOST, MOST_CYCLES = 1 << 15, 1 << 10
"""Pairs of a state and an input that are looked at, and cycles until all of them have been met."""

_Pair = tuple[bytes, object]
"""What the registers hold, a byte each, and the state of the integers."""


def explored(netlist: Netlist, reference: Reference, against: str) -> Claim | None:
    """Whether exact gates are what integers say, in every state that can be reached.

    Args:
        netlist: with registers.
        reference: from a state, None at first, and the input buses, the next state and the output buses.
        against: what the reference is called.

    Returns:
        None if there are more than `MOST` of both, if a register may hold anything at first, if there are
        memories, or if states of the integers cannot be told apart.
    """
    width = len(netlist.input_nets)
    open_ = any(each.initial is None for each in netlist.registers)
    if MOST >> width == 0 or open_ or netlist.memories:
        return None
    held = bytes(each.initial or 0 for each in netlist.registers)
    first: _Pair = (held, None)
    seen, front = {first}, [first]
    step, number, broken = _step(netlist, reference), 0, None
    while front and broken is None:
        if len(seen) << width > MOST or number == MOST_CYCLES:
            return None
        following, broken = step(front, number)
        try:
            front = [pair for pair in dict.fromkeys(following) if pair not in seen]
        except TypeError:  # a state without a hash
            return None
        seen.update(front)
        number += 1
    pairs = len(seen) << width
    if broken is not None:
        return Claim(EXACT, against, "exhaustive", pairs, width, "refuted", reason=str(broken))
    inputs = "every input in " if width else ""
    where = f"{inputs}{counted(len({held for held, _ in seen}), 'state')}, so in every cycle"
    return Claim(EXACT, against, "exhaustive", pairs, width, "proved", in_time=where)


def _step(
    netlist: Netlist, reference: Reference
) -> Callable[[list[_Pair], int], tuple[list[_Pair], Broken | None]]:
    """What follows some pairs of states with every input, and the first output that differs."""
    engine = ExactEngine(compile_netlist(cut(netlist)))
    width, outputs = len(netlist.input_nets), len(netlist.output_nets)
    given = [row_values(netlist.inputs, row) for row in table_rows(width)]

    def step(front: list[_Pair], number: int) -> tuple[list[_Pair], Broken | None]:
        bits = engine.outputs(every_input([held for held, _ in front], width))
        found: list[_Pair] = []
        asked = ((state, values) for _, state in front for values in given)
        for row, (state, values) in zip(bits, asked, strict=True):
            following, wanted = reference(state, values)
            for name, got in row_values(netlist.outputs, row[:outputs]).items():
                if wanted[name] != got:
                    return found, Broken(number, name, wanted[name], got)
            found.append((row[outputs:].tobytes(), following))
        return found, None

    return step


def every_input(states: Sequence[bytes], width: int) -> Bits:
    """Every input pattern in each of some states, state after state, shape (patterns, input and register bits).

    Args:
        states: what registers hold, a byte each.
        width: input bits.
    """
    held = np.frombuffer(b"".join(states), dtype=np.uint8).reshape(len(states), -1)
    patterns = table_rows(width)
    return np.concatenate(
        [np.tile(patterns, (len(states), 1)), np.repeat(held, len(patterns), axis=0)], axis=1
    )
