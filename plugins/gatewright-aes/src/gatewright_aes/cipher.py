"""AES-128 whole, and each of its steps alone, as circuits with ports.

A bus of 128 wires is a block as FIPS-197 writes it in hexadecimal digits: byte 0 is the most significant.
"""

from __future__ import annotations

from gatewright import CircuitBuilder
from gatewright_aes.steps import (
    INVERSE_GATE,
    SBOX_GATE,
    State,
    add_round_key,
    bus_of,
    bytes_of,
    expand_key,
    mix_columns,
    shift_rows,
    sub_bytes,
    unmix_columns,
)

FORWARD, INVERSE = "forward", "inverse"
DIRECTIONS = (FORWARD, INVERSE)


def encrypt(circuit: CircuitBuilder, *, rounds: int) -> None:
    """The cipher of FIPS-197, section 5.1; of fewer rounds, the last is still the one without MixColumns."""
    state = _state(circuit, "plaintext")
    keys = expand_key(circuit, _state(circuit, "key"), rounds)
    state = add_round_key(circuit, state, keys[0])
    for number in range(1, rounds + 1):
        with circuit.block(f"round{number}"):
            state = shift_rows(sub_bytes(circuit, state))
            if number < rounds:
                state = mix_columns(circuit, state)
            state = add_round_key(circuit, state, keys[number])
    circuit.output_bus("ciphertext", bus_of(state))


def decrypt(circuit: CircuitBuilder, *, rounds: int) -> None:
    """The inverse cipher of FIPS-197, section 5.3: the same keys, the last first."""
    state = _state(circuit, "ciphertext")
    keys = expand_key(circuit, _state(circuit, "key"), rounds)
    state = add_round_key(circuit, state, keys[rounds])
    for number in reversed(range(rounds)):
        with circuit.block(f"round{number}"):
            state = sub_bytes(circuit, shift_rows(state, back=True), gate=INVERSE_GATE)
            state = add_round_key(circuit, state, keys[number])
            if number:
                state = unmix_columns(circuit, state)
    circuit.output_bus("plaintext", bus_of(state))


def substitution(circuit: CircuitBuilder, *, direction: str) -> None:
    """SubBytes alone."""
    gate = INVERSE_GATE if direction == INVERSE else SBOX_GATE
    circuit.output_bus("y", bus_of(sub_bytes(circuit, _state(circuit, "a"), gate=gate)))


def rows(circuit: CircuitBuilder, *, direction: str) -> None:
    """ShiftRows alone: sixteen bytes of wires, and no gate."""
    circuit.output_bus("y", bus_of(shift_rows(_state(circuit, "a"), back=direction == INVERSE)))


def columns(circuit: CircuitBuilder, *, direction: str) -> None:
    """MixColumns alone."""
    mix = unmix_columns if direction == INVERSE else mix_columns
    circuit.output_bus("y", bus_of(mix(circuit, _state(circuit, "a"))))


def round_key(circuit: CircuitBuilder) -> None:
    """AddRoundKey alone."""
    state = _state(circuit, "a")
    circuit.output_bus("y", bus_of(add_round_key(circuit, state, _state(circuit, "key"))))


def expansion(circuit: CircuitBuilder, *, rounds: int) -> None:
    """The key of every round."""
    keys = expand_key(circuit, _state(circuit, "key"), rounds)
    for number, key in enumerate(keys[1:], 1):
        circuit.output_bus(f"key{number}", bus_of(key))


def _state(circuit: CircuitBuilder, name: str) -> State:
    return bytes_of(circuit.input_bus(name, 128))
