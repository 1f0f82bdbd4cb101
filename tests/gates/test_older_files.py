"""Files that earlier versions wrote: they load, give the same bits, and are written again as files of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatewright.gates.npn import file as library_file
from gatewright.gates.npn.file import library_path
from gatewright.gates.store.saved import from_file, to_bytes
from gatewright.gates.store.store import Store
from gatewright.gates.training.again import earlier
from gatewright.gates.training.train import train
from gatewright.learn.inits import Restoring, Uniform
from gatewright.plugins.manager import Plugins

DATA = Path(__file__).parent.parent / "data" / "0.1.0"
"""Written by 0.1.0: ``train and``, ``train xor --no-harden``, ``train full-adder --weight-bits min --seed 3``,
``train nand --optimiser adam --loss cross-entropy --start uniform --seed 5 --activations
tanh,leaky-relu(0.5),logistic`` and ``library build npn2``."""

WEIGHTS = {
    "and": "0b135291e69e8d6836b204307c6b68d3ae4c2aad6db1b6e557e015db3485fabf",
    "full-adder": "ef4a79c6b52422a6e04916095dce828f4a3d06e35e3eec0f8c73c7ac9ddf1017",
    "nand": "20e5776ecd2c77cfacaeefbd427bad9ddefb9a126733ef1e72b7223f6a5bf6e0",
    "xor": "717ee00528759d1a2ee302d6a9f2169949498de3c7e41a900878881c9cf33824",
}
PROOFS = {
    "and": "c735c1b6eae10afd38e41890bc9b78420249ce0b2e53e4d39e59231a47c934b5",
    "full-adder": "4e196ec9d259cfcb06bd533e2bea24cc7d6972c9f2ce6c5eb2a00489bf38a16b",
    "xor": "04791193a85507b435b5fd38b6159753d6447afaa6bcd4488bbf38c8d5896257",
}
BOXES = {"and": 0.45, "full-adder": 0.45, "nand": 0.45, "xor": 0.45}
CLASSES = {
    "npn1-0": "7a993b99ef95a5b4f2c01351d234f1747314971b04b7bde46d96c2ace703fdbf",
    "npn1-1": "82cd395869c2272eefb73e5137e3bf19f94998fad9056eb2eb62d059095ab719",
    "npn2-0": "7efd31c0a7ea61bb9941a0fa649cd71eb3bb975a2cada312f81943d76bc7d6dc",
    "npn2-1": "f06f5f4c3f7c35de70ca7ac9daece8f04d05e1fb8411ac0b4fac740407d5e29e",
    "npn2-3": "b5969e65a166a5c92771e1acdbcf29ba3b876a279498c4a7735bf74307a9c12b",
    "npn2-6": "90150c88c4b82d12f3a286305eec4cdf69f27c87d34eb8bfe3aa190f2a1d20f4",
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_gate_of_an_earlier_version_is_loaded(
    plugins: Plugins, name: str, tmp_path: Path
) -> None:
    store = Store(DATA)
    gate = store.load(plugins.gates[name])
    assert gate is not None
    assert gate.digest == WEIGHTS[name]
    assert (gate.datasheet.proof if gate.datasheet else None) == PROOFS.get(name)
    # What it says of its training is kept, under the names that keys have today.
    path = tmp_path / "again.safetensors"
    path.write_bytes(to_bytes(gate))
    again = from_file(path, plugins.gates[name])
    assert (again.digest, again.recipe, again.figures) == (
        gate.digest,
        gate.recipe.here(),
        gate.figures,
    )
    assert gate.figures.box_radius == BOXES[name]
    assert (gate.recipe.here().init, gate.recipe.here().early_stopping) == (
        Uniform() if name == "nand" else Restoring(),
        True,
    )


def test_a_library_of_an_earlier_version_is_loaded(tmp_path: Path) -> None:
    path = library_path(DATA, "npn2")
    library = library_file.read(path, "npn2")
    assert library is not None
    assert {name: gate.digest for name, gate in library.gates.items()} == CLASSES
    again = library_path(tmp_path, "npn2")
    again.write_bytes(library_file.to_bytes(library))
    written = library_file.read(again, "npn2")
    assert written is not None
    assert {name: gate.digest for name, gate in written.gates.items()} == CLASSES


def test_what_earlier_defaults_made_is_known_as_such(plugins: Plugins) -> None:
    store = Store(DATA)
    found = {name: earlier(gate) for name in WEIGHTS if (gate := store.load(plugins.gates[name]))}
    # The others chose how they are trained, but for the bits of a weight.
    assert found == {"and": True, "full-adder": True, "nand": False, "xor": False}
    assert not earlier(train(plugins.gates["and"]))
