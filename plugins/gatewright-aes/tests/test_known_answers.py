"""Known answers that NIST publishes, and random blocks beside the library `cryptography`.

Raw activations flow through every gate; once as they are, and once with every wire off by up to ±0.45.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest

import gatewright as gw
from gatewright.arrays import Bits
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.evaluate import outputs_of, trained_cells
from gatewright.circuits.simulate.noise import noisy
from gatewright.gates.trained import decide
from gatewright.logic.bits import bus_to_bits

GATES = Path(__file__).parent / "gates"

if not entry_points(group="gatewright", name="aes"):
    pytest.skip("gatewright-aes is not installed", allow_module_level=True)
WHY = "it comes with pip install './plugins/gatewright-aes[test]'"
vectors = pytest.importorskip("cryptography_vectors", reason=WHY)
ciphers = pytest.importorskip("cryptography.hazmat.primitives.ciphers", reason=WHY)

FILES = ("GFSbox", "KeySbox", "VarKey", "VarTxt", "MMT")
"""Of the AES Algorithm Validation Suite, electronic codebook, keys of 128 bits."""

Block = tuple[int, int, int]
"""Key, plaintext, ciphertext."""


def published(way: str) -> Iterator[Block]:
    """Every block of the files' part that encrypts, or decrypts; messages of several blocks are taken apart."""
    for file in FILES:
        path = f"ciphers/AES/ECB/ECB{file}128.rsp"
        with vectors.open_vector_file(path, "r") as lines:
            section, found = "", {}
            for line in lines:
                if line.startswith("["):
                    section = line.strip("[]\n")
                name, equals, value = line.partition(" = ")
                if not equals or section != way:
                    continue
                found[name] = value.strip()
                if len(found) == 4:  # COUNT, KEY and both texts, in either order
                    texts = (found["PLAINTEXT"], found["CIPHERTEXT"])
                    for start in range(0, len(texts[0]), 32):
                        plain, secret = (int(each[start : start + 32], 16) for each in texts)
                        yield int(found["KEY"], 16), plain, secret
                    found = {}


def random_blocks(count: int) -> Iterator[Block]:
    """Random keys and blocks, enciphered by `cryptography`."""
    generator = np.random.default_rng(0)
    for _ in range(count):
        key, block = generator.bytes(16), generator.bytes(16)
        cipher = ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.ECB()).encryptor()
        secret = cipher.update(block) + cipher.finalize()
        yield int.from_bytes(key), int.from_bytes(block), int.from_bytes(secret)


@cache
def cipher(name: str) -> gw.TrainedCircuit:
    """AES, made of the S-boxes that are kept with the tests."""
    circuit = gw.circuit(name)
    specs = circuit.netlist.gates
    made = {kind: gw.Store(GATES).load(spec) or gw.train(spec) for kind, spec in specs.items()}
    return gw.TrainedCircuit(circuit, made)


def bits(numbers: list[int]) -> Bits:
    return bus_to_bits(numbers, 128)


def answered(name: str, given: list[int], keys: list[int], noise: float) -> Bits:
    """The output bits of the circuit, whose first bus is the text and whose second is the key."""
    made = cipher(name)
    program = compile_netlist(made.circuit.netlist)
    patterns = np.concatenate([bits(given), bits(keys)], axis=1)
    values = noisy(
        program,
        trained_cells(program, made.gates, "raw"),
        patterns,
        noise=noise,
        generator=np.random.default_rng(1),
    )
    return decide(outputs_of(program, values))


@pytest.mark.parametrize("noise", [0.0, 0.45])
@pytest.mark.parametrize(("name", "way"), [("aes", "ENCRYPT"), ("aes-decrypt", "DECRYPT")])
def test_the_published_answers_are_given(name: str, way: str, noise: float) -> None:
    keys, plain, secret = map(list, zip(*published(way), strict=True))
    assert len(keys) == 339
    given, wanted = (plain, secret) if way == "ENCRYPT" else (secret, plain)
    assert np.array_equal(answered(name, given, keys, noise), bits(wanted))


@pytest.mark.parametrize("noise", [0.0, 0.45])
def test_random_blocks_are_enciphered_as_others_do_it(noise: float) -> None:
    keys, plain, secret = map(list, zip(*random_blocks(200), strict=True))
    assert np.array_equal(answered("aes", plain, keys, noise), bits(secret))
    assert np.array_equal(answered("aes-decrypt", secret, keys, noise), bits(plain))


def test_noise_beyond_the_margin_is_seen() -> None:
    """So that the noise of the tests above is known to be there."""
    keys, plain, secret = map(list, zip(*random_blocks(8), strict=True))
    assert not np.array_equal(answered("aes", plain, keys, 0.6), bits(secret))
