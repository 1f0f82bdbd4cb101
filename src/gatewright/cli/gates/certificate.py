"""``circuits certificate``: stored certificates, checked again in exact rational arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import output
from gatewright.cli.options import JsonOption
from gatewright.errors import GatewrightError, UsageError
from gatewright.text import shell_word

if TYPE_CHECKING:
    from gatewright.certify.checker import Checked

MOST_DIGITS = 64
"""Most characters of a truth table in a line."""

HOLDS = "holds (exact rational arithmetic)"


class RefusedError(GatewrightError):
    """A file whose certificate does not hold."""

    exit_code = 1


def certificate(
    action: Annotated[  # noqa: ARG001 - the only one there is
        Literal["check"], typer.Argument(metavar="check", help="What to do with them.")
    ],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Stored gates, or libraries of them."),
    ],
    json: JsonOption = False,
) -> None:
    """Check the proof in a stored gate's file, in exact arithmetic.

    Nothing else is trusted: not the prover, not the store, not floating point. The boxes in the file
    must cover every input that stands for a row of the truth table, and on each box the bounds must hold.
    Files larger than 16 MB, and proofs of more than 65 536 boxes, are refused.
    """
    from gatewright.certify.checker import CertificateRefused, check

    held: list[tuple[Path, Checked]] = []
    refused: list[tuple[Path, CertificateRefused]] = []
    contents = [(path, _read(path)) for path in files]
    with output.Progress("checking") as bar:
        for path, data in contents:
            bar.label(f"checking {path.name}")
            try:
                held += [(path, each) for each in check(data, bar.update)]
            except CertificateRefused as error:
                refused.append((path, error))
    if json:
        output.emit_json(
            "certificate",
            gates=[_about(path, each) for path, each in held],
            refused=[
                {"file": str(path), "gate": refusal.gate, "reason": refusal.reason}
                for path, refusal in refused
            ],
        )
    elif held:
        output.say(*_table([each for _, each in held]))
    for path, refusal in refused[:-1]:
        output.warn(f"{path} is refused: {refusal}")
    if refused:
        path, refusal = refused[-1]
        gate = shell_word(refusal.gate) if refusal.gate else "GATE"
        raise RefusedError(
            f"{path} is refused: {refusal}",
            hint=f"train the gate anew with 'circuits train {gate}'",
        )
    if not json:
        output.next_step("circuits compose ripple-adder --bits 64 --verify certificate")


def _read(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        UsageError: there is no such file, it is something else, too large or cannot be read.
    """
    from gatewright.certify.checker import MOST_BYTES
    from gatewright.files import read_regular

    hint = "name the file of a stored gate: 'circuits train' says where it saved it"
    try:
        return read_regular(path, MOST_BYTES)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist", hint=hint) from None
    except IsADirectoryError:
        raise UsageError(f"{path} is not a file", hint=hint) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", hint=hint) from error


def _table(gates: list[Checked]) -> list[str]:
    header = ("gate", "rows", "boxes", "VIL", "VOL", "table", "certificate")
    cells = [
        (
            each.gate,
            str(each.rows),
            str(each.boxes),
            f"{float(each.vil):g}",
            f"{float(each.vol):g}",
            _columns(each),
            HOLDS + _free(each),
        )
        for each in gates
    ]
    return output.table(header, cells, right=(1, 2, 3, 4))


def _columns(each: Checked) -> str:
    """The truth table it was checked against: a number for each output, and the rows that matter.

    Where that is longer than a line, only its size.
    """
    numbers = " ".join(
        hex(one) if care == each.all_rows else f"{one:#x} in rows {care:#x}"
        for one, care in zip(each.ones, each.cares, strict=True)
    )
    if len(numbers) <= MOST_DIGITS:
        return numbers
    outputs = len(each.ones)
    return f"{outputs} output{'s' if outputs > 1 else ''}, in full with --json"


def _free(each: Checked) -> str:
    """In how many rows an output may be anything; empty if there are none."""
    rows = each.dont_cares
    return f" of a gate with {rows} don't-care row{'s' if rows > 1 else ''}" if rows else ""


def _about(path: Path, each: Checked) -> dict[str, Any]:
    return {
        "file": str(path),
        "gate": each.gate,
        "rows": each.rows,
        "ones": list(each.ones),
        "cares": list(each.cares),
        "dont_care_rows": each.dont_cares,
        "boxes": each.boxes,
        "vil": float(each.vil),
        "vol": float(each.vol),
        "holds": True,
    }
