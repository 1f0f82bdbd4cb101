"""What a shell offers while a command is typed: gates, circuits, ports of the circuit named, and files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer


def gates(incomplete: str) -> list[str]:
    """Names of gates that begin so, those of the store that no plugin gives too."""
    from gatewright.cli import session

    try:
        names = {*session.load("gates").gates, *session.open_store(None).names()}
    except Exception:  # noqa: BLE001 - a shell that completes must not be disturbed
        return []
    return sorted(each for each in names if each.startswith(incomplete))


def circuits(ctx: typer.Context, incomplete: str) -> list[str]:
    """Circuits, gates and files that begin so; once one is named, its input ports, as in ``a=``."""
    try:
        return sorted(_offered(_named(ctx), incomplete))
    except Exception:  # noqa: BLE001 - a shell that completes must not be disturbed
        return []


def _named(ctx: typer.Context) -> list[str]:
    """The words that are there already."""
    given = [*ctx.args, *(ctx.params.get("words") or [])]
    return [str(each) for each in given]


def _offered(words: list[str], incomplete: str) -> Iterator[str]:
    from gatewright.cli import circuit_words, session

    plugins = session.load("gates", "circuits")
    asked, parameters, values = circuit_words.sort_words(words)
    if len(asked) == 1 and (asked[0] in plugins.circuits or asked[0] in plugins.gates):
        circuit = circuit_words.elaborate(
            plugins, circuit_words.Words(asked[0], parameters, {}), clocked=True
        )
        ports = (f"{bus.name}=" for bus in circuit.netlist.inputs if bus.name not in values)
        yield from (each for each in ports if each.startswith(incomplete))
        return
    names = [*plugins.circuits, *plugins.gates]
    yield from (each for each in names if each.startswith(incomplete))
    yield from _files(incomplete)


def _files(incomplete: str) -> Iterator[str]:
    """Files of formats that are read, and folders, that begin so."""
    from gatewright.formats.registry import may_be_read

    folder, _, begun = incomplete.rpartition("/")
    place = Path(folder or ("/" if incomplete.startswith("/") else "."))
    before = f"{folder}/" if "/" in incomplete else ""
    for path in sorted(place.iterdir()) if place.is_dir() else []:
        if not path.name.startswith(begun) or (path.name.startswith(".") and not begun):
            continue
        if path.is_dir():
            yield f"{before}{path.name}/"
        elif may_be_read(path.name):
            yield f"{before}{path.name}"
