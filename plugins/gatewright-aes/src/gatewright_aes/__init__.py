"""The S-box of AES as one gate, and AES-128 made of it and a few kinds of XOR.

The gates are made at once; the circuits are imported when their hook is asked.

Example:
    >>> [(gate.name, len(gate.table.inputs), len(gate.table.outputs)) for gate in gatewright_gates()]
    [('aes-sbox', 8, 8), ('aes-inverse-sbox', 8, 8)]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gatewright import GateSpec, hookimpl
from gatewright_aes.field import INVERSE_SBOX, SBOX

if TYPE_CHECKING:
    from gatewright import CircuitSpec


@hookimpl
def gatewright_gates() -> Iterator[GateSpec]:
    """A byte in, a byte out."""
    yield _gate("aes-sbox", SBOX, "the S-box of AES: y = what SubBytes puts in the place of x")
    yield _gate("aes-inverse-sbox", INVERSE_SBOX, "the inverse S-box of AES, of InvSubBytes")


def _gate(name: str, box: Sequence[int], summary: str) -> GateSpec:
    places = range(7, -1, -1)  # the most significant bit first

    def look_up(*bits: int) -> list[int]:
        byte = sum(bit << place for bit, place in zip(bits, places, strict=True))
        return [box[byte] >> place & 1 for place in places]

    inputs, outputs = ([f"{port}{place}" for place in places] for port in "xy")
    return GateSpec.from_function(name, look_up, inputs=inputs, outputs=outputs, summary=summary)


@hookimpl
def gatewright_circuits() -> Iterator[CircuitSpec]:
    """The cipher, its inverse, and each step alone."""
    from gatewright import CircuitSpec, Parameter
    from gatewright_aes import cipher, reference

    rounds = Parameter("rounds", 10, "how many rounds; AES-128 has 10", maximum=10)
    direction = Parameter(
        "direction", cipher.FORWARD, "of encryption, or back", choices=cipher.DIRECTIONS
    )
    yield CircuitSpec(
        "aes",
        "AES-128: ciphertext of plaintext under key",
        (rounds,),
        cipher.encrypt,
        reference.encrypted,
    )
    yield CircuitSpec(
        "aes-decrypt",
        "AES-128 back: plaintext of ciphertext under key",
        (rounds,),
        cipher.decrypt,
        reference.decrypted,
    )
    for name, summary, build, wanted in (
        ("aes-sub-bytes", "SubBytes", cipher.substitution, reference.substitution),
        ("aes-shift-rows", "ShiftRows", cipher.rows, reference.rows),
        ("aes-mix-columns", "MixColumns", cipher.columns, reference.columns),
    ):
        yield CircuitSpec(
            name, f"a step of AES: y = {summary} of a, or its inverse", (direction,), build, wanted
        )
    yield CircuitSpec(
        "aes-add-round-key",
        "a step of AES: y = a with key added",
        (),
        cipher.round_key,
        reference.round_key,
    )
    yield CircuitSpec(
        "aes-key-expansion",
        "a step of AES: key1, key2, … = the keys of the rounds",
        (rounds,),
        cipher.expansion,
        reference.expansion,
    )
