"""``circuits predict``: what a trained gate gives for an input."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from gatewright.cli import complete, output, session
from gatewright.cli.options import JsonOption, SeedOption, StoreOption
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.gates.trained import TrainedGate


def predict(
    name: Annotated[
        str,
        typer.Argument(
            metavar="GATE",
            autocompletion=complete.gates,
            help="The gate to ask.",
            show_default=False,
        ),
    ],
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="A number for each input, in order or as in a=1: 0, 1 or anything close.",
            show_default=False,
        ),
    ],
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Ask a trained gate for its raw outputs and their bits."""
    import numpy as np

    from gatewright.gates.trained import INVALID, decide

    plugins = session.load("gates", store=store)
    spec = plugins.gate(name)
    ports = spec.table.inputs
    values = [_number(word) for word in _placed(inputs, ports, name)]
    if len(values) != len(ports):
        raise UsageError(
            f"gate '{name}' takes {len(ports)} inputs ({', '.join(ports)}), not {len(values)}",
            hint=f"as in circuits predict {name} {' '.join('1' for _ in ports)}",
        )
    gate = session.ready_gates([spec], session.open_store(store), seed)[name]
    with np.errstate(over="ignore", invalid="ignore"):  # an answer may also not be a number
        raw = gate.raw(np.array([values]))[0]
    bits = decide(raw)
    if json:
        output.emit_json(
            "predict",
            gate=name,
            inputs=dict(zip(ports, values, strict=True)),
            outputs=[
                {"name": port, "raw": float(value), "bit": None if bit == INVALID else int(bit)}
                for port, value, bit in zip(spec.table.outputs, raw, bits, strict=True)
            ],
        )
        return
    rows = [
        (port, "?" if bit == INVALID else str(bit), f"{value:.6f}")
        for port, bit, value in zip(spec.table.outputs, bits, raw, strict=True)
    ]
    output.say(*output.table(("output", "bit", "raw"), rows))
    for remark in _unproved(gate, dict(zip(ports, values, strict=True))):
        output.warn(remark)
    output.next_step(f"circuits gates {name}")


def _unproved(gate: TrainedGate, given: Mapping[str, float]) -> Iterator[str]:
    """Why nothing is proved of an answer: the gate has no datasheet, or an input is no valid 0 and no valid 1."""
    sheet = gate.datasheet
    if sheet is None:
        yield f"nothing is proved of '{gate.spec.name}': 'circuits train {gate.spec.name}' proves what it makes"
        return
    margin = sheet.vil
    outside = [
        f"{port}={value:g}"
        for port, value in given.items()
        if min(abs(value), abs(value - 1.0)) > margin * (1 + 1e-12)
    ]
    if outside:
        yield (
            f"{', '.join(outside)} lie{'s' if len(outside) == 1 else ''} outside what is proved: an input is "
            f"a valid 0 or 1 within {margin:g} of it"
        )


def _placed(words: list[str], ports: tuple[str, ...], gate: str) -> list[str]:
    """The words in the order of the ports; they may say theirs, as in ``b=1 a=0``.

    Raises:
        UsageError: some say theirs and some do not, or one is said twice, or is not one of the gate's.
    """
    if not any("=" in word for word in words):
        return words
    found: dict[str, str] = {}
    for word in words:
        port, _, value = word.partition("=")
        if port not in ports or port in found or "=" not in word:
            raise UsageError(
                f"{word} is not a value of an input of '{gate}' that has none yet",
                hint=f"as in circuits predict {gate} {' '.join(f'{each}=1' for each in ports)}",
            )
        found[port] = value
    return [found[port] for port in ports if port in found]


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        from gatewright.logic.numerals import cut

        raise UsageError(
            f"'{cut(word)}' is not a number", hint="give 0, 1 or anything near, such as 0.2"
        )
    return value
