"""The circuits with registers that come with Gatewright, and within which bounds.

Example:
    >>> [circuit.name for circuit in clocked_circuits()][:3]
    ['counter', 'shift-register', 'lfsr']
"""

from __future__ import annotations

from collections.abc import Iterator

from gatewright.circuits.builders.clocked import counting, machines, pipelines, serial, storage
from gatewright.circuits.builders.clocked.blocks import DOWN, UP
from gatewright.circuits.parameter import Parameter
from gatewright.circuits.spec import CircuitSpec


def clocked_circuits() -> Iterator[CircuitSpec]:
    """Counters, queues, what works bit after bit, and machines of states."""
    yield CircuitSpec(
        "counter",
        "count moves by one in every cycle in which enable is 1; it has registers",
        (
            Parameter("bits", 4, "width of count", maximum=64),
            Parameter("direction", UP, "where to", choices=(UP, DOWN)),
            Parameter("modulo", 0, "how many numbers; 0 is all", minimum=0, maximum=2**32),
        ),
        counting.counter,
        None,
        cycle=counting.counted,
    )
    yield CircuitSpec(
        "shift-register",
        "q is what d was in the last cycles, the last one first; it has registers",
        (Parameter("bits", 8, "stages", maximum=4096),),
        counting.shift_register,
        None,
        cycle=counting.shifted,
    )
    yield CircuitSpec(
        "lfsr",
        "q runs through all numbers but 0: a linear feedback shift register",
        (Parameter("bits", 8, "stages", minimum=2, maximum=32),),
        counting.lfsr,
        None,
        cycle=counting.stepped,
    )
    yield CircuitSpec(
        "accumulator",
        "total is the sum of a over the last cycles, since clear was 1; it has registers",
        (Parameter("bits", 8, "width of a and total", maximum=256),),
        counting.accumulator,
        None,
        cycle=counting.accumulated,
    )
    yield CircuitSpec(
        "serial-adder",
        "sum = a + b, a bit a cycle, lowest first; first begins a new sum; it has a register",
        (),
        counting.serial_adder,
        None,
        cycle=counting.serially_added,
    )
    yield from _storage()
    yield from _serial()
    yield from _pipelines()
    yield machines.fsm(
        machines.TRAFFIC_LIGHT,
        name="traffic-light",
        summary="a light for two roads, from a state table (Mead & Conway 1980); it has registers",
    )


def _storage() -> Iterator[CircuitSpec]:
    yield CircuitSpec(
        "register-file",
        "q0, q1, … = registers that from0, from1, … number; write puts data in the one that to numbers",
        (
            Parameter("address", 3, "bits of an address; 2 to this power registers", maximum=8),
            Parameter("bits", 8, "width of each", maximum=64),
            Parameter("ports", 2, "how many are read at once", maximum=8),
        ),
        storage.register_file,
        None,
        cycle=storage.filed,
    )
    yield CircuitSpec(
        "fifo",
        "a queue: push puts data in, pop takes q out; count, empty, full; it has registers",
        (
            Parameter("depth", 4, "how many numbers it holds", minimum=2, maximum=256),
            Parameter("bits", 8, "width of each", maximum=64),
        ),
        storage.fifo,
        None,
        cycle=storage.queued,
    )


def _serial() -> Iterator[CircuitSpec]:
    yield CircuitSpec(
        "serial-multiplier",
        "product = a * b, one bit of b a cycle; start, busy and done; it has registers",
        (Parameter("bits", 4, "width of a and b", minimum=2, maximum=256),),
        serial.serial_multiplier,
        None,
        cycle=serial.multiplied,
    )
    yield CircuitSpec(
        "uart-transmitter",
        "tx = start bit, data, stop bit; data is taken where valid and ready are 1; it has registers",
        (Parameter("divider", 4, "cycles of a bit", maximum=65536),),
        serial.uart_transmitter,
        None,
        cycle=serial.transmitted,
    )


def _pipelines() -> Iterator[CircuitSpec]:
    stages = Parameter("stages", 2, "how many cycles later the result comes", maximum=64)
    yield CircuitSpec(
        "pipelined-adder",
        "sum, cout = a + b + cin of some cycles before; it has registers",
        (Parameter("bits", 4, "width of a and b", maximum=512), stages),
        pipelines.pipelined_adder,
        None,
        cycle=pipelines.late(pipelines.added),
    )
    yield CircuitSpec(
        "pipelined-multiplier",
        "product = a * b of some cycles before; it has registers",
        (Parameter("bits", 4, "width of a and b", minimum=2, maximum=64), stages),
        pipelines.pipelined_multiplier,
        None,
        cycle=pipelines.late(pipelines.multiplied),
    )
