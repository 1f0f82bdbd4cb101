"""Circuits as C99, as text; what they compute is compared where there is a compiler, in tests/optional."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatewright.circuits.netlist import Bus, Netlist, Register
from gatewright.errors import UsageError
from gatewright.formats.c99_circuit import write_c99_circuit
from gatewright.gates.trained import TrainedGate
from gatewright.plugins.manager import Plugins


def test_registers_alone_and_odd_names() -> None:
    ring = Netlist(
        "odd name.blif",
        {},
        (Bus("*/ x", ("x",)),),
        (Bus("q", ("q", "r"), vector=True),),
        (),
        (Register("q", "x", "q", 1), Register("r", "q", "r", None)),
    )
    text = write_c99_circuit(ring, {}, comment="from */ somewhere")
    assert text.startswith(
        "/*\n * from * / somewhere\n * in[0]: * / x\n * out[0..1]: q, bit 0 first\n"
        " * 2 registers; 1 of them without an initial value, here 0\n */\n#include <stdint.h>\n"
    )
    assert "struct circuit_odd_name_blif { uint8_t q[2]; };" in text
    assert "static const uint8_t first[2] = {1, 0};" in text
    assert text.endswith(
        "    out[0] = n[1];\n    out[1] = n[2];\n    s->q[0] = n[0];\n    s->q[1] = n[1];\n}\n"
    )


def test_a_gate_is_written_once(plugins: Plugins, gates: Mapping[str, TrainedGate]) -> None:
    netlist = plugins.circuit("ripple-adder").elaborate({"bits": 5}, plugins.gates).netlist
    text = write_c99_circuit(netlist, gates)
    assert text.count("void gate_full_adder(const uint8_t in[3], uint8_t out[2])\n{") == 1
    assert text.count("    gate_full_adder(") == 5
    assert text.count("#include") == 1
    assert "struct" not in text


def test_what_cannot_be_written_is_refused(
    plugins: Plugins, gates: Mapping[str, TrainedGate], soft_gates: Mapping[str, TrainedGate]
) -> None:
    netlist = plugins.circuit("parity-tree").elaborate({"bits": 2}, plugins.gates).netlist
    with pytest.raises(
        UsageError, match="gate 'xor' is not hardened, so it does not run in integers"
    ):
        write_c99_circuit(netlist, soft_gates)
