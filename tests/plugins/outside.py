"""A plugin as somebody else writes it: one of each kind, in less than a hundred lines."""

import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import typer

import gatewright as gw
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.blif.writer import write_blif
from gatewright.formats.model.source import Source

app = typer.Typer()
SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'


@app.command()
def shout(word: str = "hello") -> None:
    typer.echo(word.upper())


@dataclass(frozen=True, slots=True)
class Signs(gw.GradientDescent):
    lr: float = 0.02
    name: ClassVar[str] = "signs"

    def step(self, objective: gw.Objective, state: Any, generator: Any) -> Any:
        theta = state.theta - self.lr * np.sign(state.gradient)
        return replace(self.start(objective, theta), restart=state.restart)


@dataclass(frozen=True, slots=True)
class Signed:
    size: float = 1.0
    name: ClassVar[str] = "signed"

    def draw(self, architecture: gw.Architecture, generator: Any, restarts: int) -> Any:
        return self.size * generator.choice([-1.0, 1.0], (restarts, architecture.parameters))


def softsign(z: Any) -> Any:
    return 0.5 + 0.5 * z / (2 + abs(z))


def read(source: Source, gates: Any, *, widest: int) -> gw.Netlist:
    return read_blif(Source(source.path, source.data.replace(b"> ", b"")), gates, widest=widest)


def write(netlist: gw.Netlist, *, comment: str) -> str:
    lines = write_blif(netlist, comment=comment).splitlines()
    return "".join(f"> {line}\n" for line in lines)


def build(circuit: gw.CircuitBuilder, *, bits: int) -> None:
    a, b = circuit.input_bus("a", bits), circuit.input_bus("b", bits)
    circuit.output_bus("y", [circuit.gate("implies", *pair) for pair in zip(a, b, strict=True)])


@gw.hookimpl
def gatewright_gates() -> Any:
    yield gw.GateSpec.from_function(
        "implies", lambda a, b: int(not a or b), inputs="ab", outputs="y"
    )


@gw.hookimpl
def gatewright_gate_named(name: str) -> Any:
    if match := re.fullmatch(r"any([2-4])", name):
        ports = [f"x{i}" for i in range(int(match[1]))]
        return gw.GateSpec.from_function(name, lambda *x: int(any(x)), inputs=ports, outputs="y")
    return None


@gw.hookimpl
def gatewright_circuits() -> Any:
    yield gw.CircuitSpec(
        "implies-all", "y = not a or b, bit by bit", (gw.Parameter("bits", 4, "width of a"),), build,
        lambda buses, *, bits: {"y": (2**bits - 1 - buses["a"]) | buses["b"]},
    )  # fmt: skip


@gw.hookimpl
def gatewright_activations() -> Any:
    yield gw.Activation(
        "softsign", softsign, lambda z, a: 1 / (2 + abs(z)) ** 2, low=0.0, high=1.0, smooth=True,
        interval=gw.rising(softsign), rounding=10, steepest=0.25,
        c="0.5 + 0.5 * z / (2.0 + fabs(z))", javascript="0.5 + 0.5 * z / (2 + Math.abs(z))",
    )  # fmt: skip


@gw.hookimpl
def gatewright_losses() -> Any:
    yield gw.Loss(
        "fourths",
        lambda a, y, care: (care * (a - y) ** 4).sum((-2, -1)),
        lambda a, y, care: 4 * care * (a - y) ** 3,
    )


@gw.hookimpl
def gatewright_optimisers() -> Any:
    return [Signs]


@gw.hookimpl
def gatewright_inits() -> Any:
    return [Signed]


@gw.hookimpl
def gatewright_recipes() -> Any:
    yield gw.NamedRecipe(
        "by-signs", "AND by signs", gw.Recipe((2,), optimiser=Signs(), loss="fourths"), "and"
    )


@gw.hookimpl
def gatewright_formats() -> Any:
    yield gw.Format("quoted", (".quoted",), "BLIF, quoted", read, write)


@gw.hookimpl
def gatewright_learners() -> Any:
    yield gw.Learner("none", "nothing fits", "Acme", lambda task: None)


@gw.hookimpl
def gatewright_pictures() -> Any:
    yield gw.PictureKind("blank", "nothing", lambda gate: gw.Picture(SVG.format("")))
    yield gw.PictureKind(
        "name", "its name", lambda circuit: gw.Picture(SVG.format(circuit.title)), of="circuit"
    )


@gw.hookimpl
def gatewright_commands() -> Any:
    yield gw.Command(
        "shout", "Say a word loudly.", "acme_gates:app", example="circuits shout --word hi"
    )
