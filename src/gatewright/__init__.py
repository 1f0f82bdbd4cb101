"""Gatewright: learn logic gates as tiny neural networks and wire them into circuits.

Everything is imported where it is first used, so that ``import gatewright`` costs nothing.

Example:
    >>> import gatewright as gw
    >>> neural = gw.circuit("ripple-adder", bits=4).train()
    >>> neural.run(a=5, b=9), neural.certify().outcome
    ({'sum': 14, 'cout': 0}, 'proved')
"""

from __future__ import annotations

import sys as _sys

from gatewright import asking as _asking

TYPE_CHECKING = False  # as of `typing`, which takes a while to import: Ctrl-C may come in it
if TYPE_CHECKING:
    from gatewright.api.circuits import certify_circuit as certify_circuit
    from gatewright.api.circuits import circuit as circuit
    from gatewright.api.circuits import read as read
    from gatewright.api.circuits import verify as verify
    from gatewright.api.clocked import Clocked as Clocked
    from gatewright.api.clocked import WrongWireError as WrongWireError
    from gatewright.api.examples import CircuitClassifier as CircuitClassifier
    from gatewright.api.examples import learn as learn
    from gatewright.api.gates import NothingProvedWarning as NothingProvedWarning
    from gatewright.api.gates import gate as gate
    from gatewright.api.gates import load as load
    from gatewright.api.gates import train as train
    from gatewright.api.trained_circuit import TrainedCircuit as TrainedCircuit
    from gatewright.arrays import Integers as Integers
    from gatewright.arrays import Mask as Mask
    from gatewright.certify.discipline import Discipline as Discipline
    from gatewright.circuits.builder import CircuitBuilder as CircuitBuilder
    from gatewright.circuits.builder import Wire as Wire
    from gatewright.circuits.builders.clocked.machines import fsm as fsm
    from gatewright.circuits.circuit import Buses as Buses
    from gatewright.circuits.circuit import Circuit as Circuit
    from gatewright.circuits.faults.diagnosis.suspect import Diagnosis as Diagnosis
    from gatewright.circuits.faults.diagnosis.suspect import Showed as Showed
    from gatewright.circuits.faults.diagnosis.suspect import Suspect as Suspect
    from gatewright.circuits.faults.generation import StuckFaults as StuckFaults
    from gatewright.circuits.faults.stuck import Fault as Fault
    from gatewright.circuits.memory import Memory as Memory
    from gatewright.circuits.memory import ReadPort as ReadPort
    from gatewright.circuits.memory import WritePort as WritePort
    from gatewright.circuits.netlist import Bus as Bus
    from gatewright.circuits.netlist import Clock as Clock
    from gatewright.circuits.netlist import Instance as Instance
    from gatewright.circuits.netlist import Netlist as Netlist
    from gatewright.circuits.netlist import Register as Register
    from gatewright.circuits.parameter import Parameter as Parameter
    from gatewright.circuits.placed.memory import PlacedMemory as PlacedMemory
    from gatewright.circuits.references.whole_numbers import whole_numbers as whole_numbers
    from gatewright.circuits.spec import CircuitSpec as CircuitSpec
    from gatewright.circuits.verify.verdict import Claim as Claim
    from gatewright.circuits.verify.verdict import Counterexample as Counterexample
    from gatewright.circuits.verify.verdict import Trace as Trace
    from gatewright.circuits.verify.verdict import Verdict as Verdict
    from gatewright.draw.kinds import PictureKind as PictureKind
    from gatewright.draw.picture import Picture as Picture
    from gatewright.errors import GatewrightError as GatewrightError
    from gatewright.examples.choose import Learned as Learned
    from gatewright.examples.learners.task import Learner as Learner
    from gatewright.formats.reading import read_netlist as read_netlist
    from gatewright.formats.registry import Format as Format
    from gatewright.gates.damage.survey import Survey as Survey
    from gatewright.gates.datasheet import Datasheet as Datasheet
    from gatewright.gates.spec import GateSpec as GateSpec
    from gatewright.gates.store.store import Store as Store
    from gatewright.gates.trained import Figures as Figures
    from gatewright.gates.trained import TrainedGate as TrainedGate
    from gatewright.gates.training.absent import AbsentRecipe as AbsentRecipe
    from gatewright.gates.training.dataset import Dataset as Dataset
    from gatewright.gates.training.recipe import Recipe as Recipe
    from gatewright.gates.training.recipe_text import NamedRecipe as NamedRecipe
    from gatewright.gates.training.repair import Repaired as Repaired
    from gatewright.learn.activations import Activation as Activation
    from gatewright.learn.activations import ActivationFamily as ActivationFamily
    from gatewright.learn.activations import bent as bent
    from gatewright.learn.activations import rising as rising
    from gatewright.learn.fit import Progress as Progress
    from gatewright.learn.history import History as History
    from gatewright.learn.losses import Loss as Loss
    from gatewright.learn.network import Architecture as Architecture
    from gatewright.learn.objective import Objective as Objective
    from gatewright.learn.optimisers import LBFGS as LBFGS
    from gatewright.learn.optimisers import Adam as Adam
    from gatewright.learn.optimisers import GradientDescent as GradientDescent
    from gatewright.learn.optimisers import LevenbergMarquardt as LevenbergMarquardt
    from gatewright.learn.optimisers import Momentum as Momentum
    from gatewright.learn.optimisers import Online as Online
    from gatewright.logic.states.table import StateTable as StateTable
    from gatewright.logic.truth_table import Row as Row
    from gatewright.logic.truth_table import TruthTable as TruthTable
    from gatewright.plugins.command import Command as Command
    from gatewright.plugins.hookspecs import hookimpl as hookimpl
    from gatewright.plugins.manager import load_plugins as load_plugins


def _ask(kind: str) -> None:
    from gatewright.plugins.manager import provide

    provide(kind)


_asking.how.append(_ask)

_HOMES = {
    "Activation": "gatewright.learn.activations",
    "ActivationFamily": "gatewright.learn.activations",
    "rising": "gatewright.learn.activations",
    "bent": "gatewright.learn.activations",
    "Loss": "gatewright.learn.losses",
    "Format": "gatewright.formats.registry",
    "PictureKind": "gatewright.draw.kinds",
    "Command": "gatewright.plugins.command",
    "Clock": "gatewright.circuits.netlist",
    "Clocked": "gatewright.api.clocked",
    "Register": "gatewright.circuits.netlist",
    "StateTable": "gatewright.logic.states.table",
    "Memory": "gatewright.circuits.memory",
    "ReadPort": "gatewright.circuits.memory",
    "WritePort": "gatewright.circuits.memory",
    "PlacedMemory": "gatewright.circuits.placed.memory",
    "WrongWireError": "gatewright.api.clocked",
    "fsm": "gatewright.circuits.builders.clocked.machines",
    "AbsentRecipe": "gatewright.gates.training.absent",
    "Architecture": "gatewright.learn.network",
    "Objective": "gatewright.learn.objective",
    "Adam": "gatewright.learn.optimisers",
    "Bus": "gatewright.circuits.netlist",
    "Buses": "gatewright.circuits.circuit",
    "Circuit": "gatewright.circuits.circuit",
    "CircuitClassifier": "gatewright.api.examples",
    "Figures": "gatewright.gates.trained",
    "History": "gatewright.learn.history",
    "Progress": "gatewright.learn.fit",
    "Learned": "gatewright.examples.choose",
    "Learner": "gatewright.examples.learners.task",
    "learn": "gatewright.api.examples",
    "CircuitBuilder": "gatewright.circuits.builder",
    "CircuitSpec": "gatewright.circuits.spec",
    "Survey": "gatewright.gates.damage.survey",
    "Repaired": "gatewright.gates.training.repair",
    "Diagnosis": "gatewright.circuits.faults.diagnosis.suspect",
    "Showed": "gatewright.circuits.faults.diagnosis.suspect",
    "Suspect": "gatewright.circuits.faults.diagnosis.suspect",
    "StuckFaults": "gatewright.circuits.faults.generation",
    "Fault": "gatewright.circuits.faults.stuck",
    "Claim": "gatewright.circuits.verify.verdict",
    "Counterexample": "gatewright.circuits.verify.verdict",
    "Trace": "gatewright.circuits.verify.verdict",
    "Datasheet": "gatewright.gates.datasheet",
    "Discipline": "gatewright.certify.discipline",
    "GateSpec": "gatewright.gates.spec",
    "GatewrightError": "gatewright.errors",
    "GradientDescent": "gatewright.learn.optimisers",
    "Instance": "gatewright.circuits.netlist",
    "Integers": "gatewright.arrays",
    "LBFGS": "gatewright.learn.optimisers",
    "Dataset": "gatewright.gates.training.dataset",
    "LevenbergMarquardt": "gatewright.learn.optimisers",
    "Mask": "gatewright.arrays",
    "Momentum": "gatewright.learn.optimisers",
    "NamedRecipe": "gatewright.gates.training.recipe_text",
    "Netlist": "gatewright.circuits.netlist",
    "NothingProvedWarning": "gatewright.api.gates",
    "Online": "gatewright.learn.optimisers",
    "Parameter": "gatewright.circuits.parameter",
    "Picture": "gatewright.draw.picture",
    "Recipe": "gatewright.gates.training.recipe",
    "Row": "gatewright.logic.truth_table",
    "Store": "gatewright.gates.store.store",
    "TrainedCircuit": "gatewright.api.trained_circuit",
    "TrainedGate": "gatewright.gates.trained",
    "TruthTable": "gatewright.logic.truth_table",
    "Verdict": "gatewright.circuits.verify.verdict",
    "Wire": "gatewright.circuits.builder",
    "certify_circuit": "gatewright.api.circuits",
    "circuit": "gatewright.api.circuits",
    "gate": "gatewright.api.gates",
    "hookimpl": "gatewright.plugins.hookspecs",
    "load_plugins": "gatewright.plugins.manager",
    "read": "gatewright.api.circuits",
    "read_netlist": "gatewright.formats.reading",
    "load": "gatewright.api.gates",
    "train": "gatewright.api.gates",
    "verify": "gatewright.api.circuits",
    "whole_numbers": "gatewright.circuits.references.whole_numbers",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'gatewright' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__


class _Learn(type(_sys)):  # type: ignore[misc] # the class of modules
    """The package `gatewright.learn`, which is also the function of that name: ``gatewright.learn(X, y)``."""

    @property
    def __wrapped__(self) -> object:
        return __getattr__("learn")

    def __call__(self, *arguments: object, **more: object) -> object:
        made: object = self.__wrapped__(*arguments, **more)  # type: ignore[operator] # a function
        return made


class _Gatewright(type(_sys)):  # type: ignore[misc] # likewise
    """This package. Importing `gatewright.learn` would put the package in place of the function."""

    @property
    def learn(self) -> object:
        import gatewright.learn  # noqa: F401 - found below

        package = _sys.modules["gatewright.learn"]
        package.__class__ = _Learn
        return package

    @learn.setter
    def learn(self, package: object) -> None:
        """What importing the package does; it is found above."""


_sys.modules[__name__].__class__ = _Gatewright
