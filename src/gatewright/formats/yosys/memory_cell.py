"""A memory as the cell of Yosys that holds it, ``$mem_v2``.

Example:
    >>> from gatewright.circuits.memory import ReadPort
    >>> rom = Memory("rom", 2, 2, (ReadPort(("a",), ("r", "s")),), (), (2, None))
    >>> parameters, pins = memory_cell(rom, {"a": 2, "r": 3, "s": 4}, 0, rising=True)
    >>> parameters["INIT"], pins["RD_ADDR"], pins["RD_DATA"]
    ('xx10', ('input', [2]), ('output', [3, 4]))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatewright.circuits.memory import Memory

_Pins = dict[str, tuple[str, Sequence[int | str]]]


def memory_cell(
    memory: Memory, numbers: Mapping[str, int], clock: int, *, rising: bool
) -> tuple[dict[str, str], _Pins]:
    """The parameters of a memory's cell, and the direction and nets of its pins.

    Args:
        memory: of a netlist.
        numbers: of its nets.
        clock: the number of the net that writes it.
        rising: whether it is written as that rises.
    """
    reads, writes, width = len(memory.reads), len(memory.writes), memory.width
    addresses = [each.address for each in memory.reads] + [each.address for each in memory.writes]
    address = max(1, *map(len, addresses)) if addresses else 1

    def at(nets: Sequence[str]) -> list[int | str]:
        return [*(numbers[net] for net in nets), *["0"] * (address - len(nets))]

    def flags(count: int, flag: str) -> str:
        return flag * max(count, 1)

    later = [f"{'0' * (writes - place)}{'1' * place}" for place in range(writes)]
    words = [f"{word:0{width}b}" if word is not None else "x" * width for word in memory.initial]
    numbered = {
        "ABITS": address,
        "OFFSET": memory.first,
        "RD_PORTS": reads,
        "SIZE": memory.words,
        "WIDTH": width,
        "WR_PORTS": writes,
    }
    parameters = {name: f"{value:032b}" for name, value in numbered.items()}
    parameters |= {
        "MEMID": f"\\{memory.name}",
        "INIT": "".join(reversed(words)) or "x",
        **dict.fromkeys(("RD_CLK_ENABLE", "RD_WIDE_CONTINUATION"), flags(reads, "0")),
        **dict.fromkeys(("RD_CLK_POLARITY", "RD_CE_OVER_SRST"), flags(reads, "0")),
        **dict.fromkeys(
            ("RD_TRANSPARENCY_MASK", "RD_COLLISION_X_MASK"), flags(reads * writes, "0")
        ),
        **dict.fromkeys(
            ("RD_ARST_VALUE", "RD_SRST_VALUE", "RD_INIT_VALUE"), flags(reads * width, "x")
        ),
        "WR_CLK_ENABLE": flags(writes, "1"),
        "WR_CLK_POLARITY": flags(writes, "1" if rising else "0"),
        "WR_PRIORITY_MASK": "".join(reversed(later)) or "0",
        "WR_WIDE_CONTINUATION": flags(writes, "0"),
    }
    pins: _Pins = {
        "RD_ADDR": ("input", [bit for each in memory.reads for bit in at(each.address)]),
        "RD_DATA": ("output", [numbers[net] for net in memory.driven]),
        "RD_CLK": ("input", ["x"] * reads),
        "RD_EN": ("input", ["1"] * reads),
        "RD_ARST": ("input", ["0"] * reads),
        "RD_SRST": ("input", ["0"] * reads),
        "WR_ADDR": ("input", [bit for each in memory.writes for bit in at(each.address)]),
        "WR_DATA": ("input", [numbers[net] for each in memory.writes for net in each.data]),
        "WR_EN": ("input", [numbers[net] for each in memory.writes for net in each.enables]),
        "WR_CLK": ("input", [clock] * writes),
    }
    return parameters, pins
