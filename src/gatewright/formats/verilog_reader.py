r"""Reading Verilog, by way of Yosys: whatever it synthesises that has no registers.

After `yosys` and `yosys_json_reader`; `verilog` writes structural Verilog. The file is read as SystemVerilog; one
file is all of it. The circuit is the module at the root of the deepest hierarchy, or the one marked
``(* top *)``. Operators, processes and memories that are only read become gates; modules are made one flat
circuit, but those that compute what a registered gate computes stay that gate. Assertions and ``$display`` are
no logic and are left out, an ``initial`` value of what nothing else drives is a constant, ``x`` is read as 0.

Example:
    >>> design = b"module inv(input a, output y);\n  assign y = ~a;\nendmodule\n"
    >>> read_verilog(Source("inv.v", design), {}).instances  # doctest: +SKIP
    (Instance(name='y', gate='lut1-1', inputs=('a',), outputs=('y',)),)
    >>> deepest("root of   1 design levels: a   \nroot of   0 design levels: b   \n")
    ['a']
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gatewright.errors import FormatError
from gatewright.formats.recognised import KnownGates
from gatewright.formats.source import MOST_BYTES, Source, shortened
from gatewright.formats.yosys import run_yosys
from gatewright.formats.yosys_document import Document, parsed
from gatewright.formats.yosys_json_reader import circuit, top_module
from gatewright.formats.yosys_module import ModuleReader
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec
from gatewright.netlists.netlist import Netlist

_DESIGN = "0.v"
"""What the file is called where Yosys sees it: its own name could mean something in a script."""

_READ = f"""
read_verilog -sv {_DESIGN}
hierarchy -check -auto-top
proc
write_json words.json
delete */t:$assert */t:$assume */t:$cover */t:$live */t:$fair */t:$check */t:$print
memory
opt -noff
techmap
opt -noff -mux_bool
clean
write_json gates.json
"""

_FLATTEN = """
read_json marked.json
flatten
opt -noff -mux_bool
clean
write_json flat.json
"""


def read_verilog(
    source: Source, gates: Mapping[str, GateSpec] | None, *, widest: int = MOST_INPUTS
) -> Netlist:
    """The circuit in a file of Verilog.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: inputs of a gate at most, as for `Assembler`.

    Raises:
        FormatError: Yosys refuses it, a net has no driver or several, it holds a register, or it is no
            circuit.
        UsageError: there is no Yosys, or it is not done in time.
    """
    text = "\n".join(source.lines())
    with tempfile.TemporaryDirectory(prefix="gatewright-") as name:
        folder = Path(name)
        (folder / _DESIGN).write_text(text, encoding="utf-8", newline="\n")
        printed = _run(source, _READ, folder)
        roots = deepest(printed)
        if len(roots) > 1:
            raise source.refuse(
                0,
                "",
                f"has several modules that could be the circuit: {shortened(roots)}",
                "mark one: (* top *) module …",
            )
        _check_drivers(_document(source, folder / "words.json"))
        document = _document(source, folder / "gates.json")
        if document.modules.keys() & top_module(document).kinds():
            _mark(document, gates or {}, widest)
            root = json.dumps(
                {"modules": {raw: each.body for raw, each in document.modules.items()}}
            )
            (folder / "marked.json").write_text(root, encoding="utf-8")
            _run(source, _FLATTEN, folder)
            document = _document(source, folder / "flat.json")
    return circuit(document, gates, widest=widest)


def deepest(printed: str) -> list[str]:
    """The modules with the deepest hierarchy below them, from what Yosys prints while it looks for the top."""
    found = re.findall(r"^root of +(\d+) design levels: (.*?) *$", printed, re.MULTILINE)
    most = max((int(levels) for levels, _ in found), default=0)
    return [name for levels, name in found if int(levels) == most]


def _run(source: Source, script: str, folder: Path) -> str:
    try:
        return run_yosys(script, folder=folder, names={_DESIGN: source.path})
    except FormatError as error:
        if error.message.startswith(f"{source.path}:"):
            raise
        hint = error.hint
        if "include file" in error.message:
            hint = "one file is read: put what it includes in its place"
        raise FormatError(f"{source.path}: {error.message}", hint=hint) from None


def _check_drivers(document: Document) -> None:
    """Refuse nets of two drivers, and high impedance, where nothing has been optimised away yet."""
    for module in document.modules.values():
        ModuleReader(document, module, {})


def _document(source: Source, path: Path) -> Document:
    if path.stat().st_size > MOST_BYTES:
        raise source.refuse(0, "", "makes a circuit too large to be read", "split it")
    return Document(source, parsed(Source(source.path, path.read_bytes())), _DESIGN)


def _mark(document: Document, gates: Mapping[str, GateSpec], widest: int) -> None:
    """Have Yosys keep the modules that compute what a registered gate computes."""
    known = KnownGates(gates, widest)
    top = top_module(document)
    for module in document.modules.values():
        if module is top or document.modules.keys() & module.kinds():
            continue
        try:
            model = ModuleReader(document, module, gates).model()
        except FormatError:
            continue  # what is wrong in it may be of no use to the circuit
        if known.recognised(model) is not model:
            attributes = module.body.get("attributes", {})
            attributes["keep_hierarchy"] = f"{1:032b}"
