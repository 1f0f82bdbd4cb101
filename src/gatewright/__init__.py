"""Gatewright: learn logic gates as tiny neural networks and wire them into circuits.

What a plugin author or a notebook needs is here by name; everything is imported where it is first
used, so that ``import gatewright`` costs nothing.

Example:
    >>> import gatewright
    >>> gatewright.TruthTable.from_integers([0b0110], inputs="ab", outputs="y").rows
    4
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gatewright.arrays import Integers as Integers
    from gatewright.arrays import Mask as Mask
    from gatewright.certify.discipline import Discipline as Discipline
    from gatewright.circuits.builder import CircuitBuilder as CircuitBuilder
    from gatewright.circuits.builder import Wire as Wire
    from gatewright.circuits.netlist import Netlist as Netlist
    from gatewright.circuits.spec import Buses as Buses
    from gatewright.circuits.spec import CircuitSpec as CircuitSpec
    from gatewright.circuits.spec import Parameter as Parameter
    from gatewright.circuits.verify.composition import certify_circuit as certify_circuit
    from gatewright.circuits.verify.verify import verify as verify
    from gatewright.circuits.whole_numbers import whole_numbers as whole_numbers
    from gatewright.formats.registry import read_netlist as read_netlist
    from gatewright.gates.spec import GateSpec as GateSpec
    from gatewright.gates.store.store import Store as Store
    from gatewright.gates.trained import TrainedGate as TrainedGate
    from gatewright.gates.training.dataset import Lesson as Lesson
    from gatewright.gates.training.recipe import Recipe as Recipe
    from gatewright.gates.training.recipe_text import NamedRecipe as NamedRecipe
    from gatewright.gates.training.train import train as train
    from gatewright.learn.optimisers import LBFGS as LBFGS
    from gatewright.learn.optimisers import Adam as Adam
    from gatewright.learn.optimisers import GradientDescent as GradientDescent
    from gatewright.learn.optimisers import LevenbergMarquardt as LevenbergMarquardt
    from gatewright.learn.optimisers import Momentum as Momentum
    from gatewright.learn.optimisers import Online as Online
    from gatewright.logic.truth_table import Row as Row
    from gatewright.logic.truth_table import TruthTable as TruthTable
    from gatewright.plugins.hookspecs import hookimpl as hookimpl
    from gatewright.plugins.manager import load_plugins as load_plugins

_HOMES = {
    "Adam": "gatewright.learn.optimisers",
    "Buses": "gatewright.circuits.spec",
    "CircuitBuilder": "gatewright.circuits.builder",
    "CircuitSpec": "gatewright.circuits.spec",
    "Discipline": "gatewright.certify.discipline",
    "GateSpec": "gatewright.gates.spec",
    "GradientDescent": "gatewright.learn.optimisers",
    "Integers": "gatewright.arrays",
    "LBFGS": "gatewright.learn.optimisers",
    "Lesson": "gatewright.gates.training.dataset",
    "LevenbergMarquardt": "gatewright.learn.optimisers",
    "Mask": "gatewright.arrays",
    "Momentum": "gatewright.learn.optimisers",
    "NamedRecipe": "gatewright.gates.training.recipe_text",
    "Netlist": "gatewright.circuits.netlist",
    "Online": "gatewright.learn.optimisers",
    "Parameter": "gatewright.circuits.spec",
    "Recipe": "gatewright.gates.training.recipe",
    "Row": "gatewright.logic.truth_table",
    "Store": "gatewright.gates.store.store",
    "TrainedGate": "gatewright.gates.trained",
    "TruthTable": "gatewright.logic.truth_table",
    "Wire": "gatewright.circuits.builder",
    "certify_circuit": "gatewright.circuits.verify.composition",
    "hookimpl": "gatewright.plugins.hookspecs",
    "load_plugins": "gatewright.plugins.manager",
    "read_netlist": "gatewright.formats.registry",
    "train": "gatewright.gates.training.train",
    "verify": "gatewright.circuits.verify.verify",
    "whole_numbers": "gatewright.circuits.whole_numbers",
}

__all__ = sorted(_HOMES)

_NOTEBOOK = "gatewright.draw.notebook"


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'gatewright' has no attribute '{name}'")
    if "IPython" in sys.modules:  # in a notebook gates and circuits show themselves
        import_module(_NOTEBOOK).attach()
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
