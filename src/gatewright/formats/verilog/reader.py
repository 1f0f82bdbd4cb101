r"""Reading Verilog with Yosys: whatever it can synthesise.

`verilog` writes structural Verilog. The file is read as SystemVerilog, with what it includes and the contents of
memories that it names, if they lie in its own folder or in one that a user adds. The text may be a stranger's,
and the elaborator of Yosys is an interpreter: Yosys sees only what `includes` and `text` make of it, in a folder
that holds nothing else. The circuit is the module at the root of the deepest hierarchy, or one marked ``(* top
*)``. Operators, processes and memories that are only read become gates, others stay memories or become registers
and gates; modules are made one flat circuit, but
those that compute what a registered gate computes stay that gate. Assertions and ``$display`` are not logic and
are left out, an ``initial`` value of what nothing else drives is a constant, ``x`` is read as 0.

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gatewright.circuits.netlist import Netlist
from gatewright.errors import FormatError, Hint
from gatewright.formats.encoding import SLASHES
from gatewright.formats.liberty.placing import Library, Placing
from gatewright.formats.model.recognised import KnownGates
from gatewright.formats.model.source import MOST_BYTES, Source, shortened
from gatewright.formats.top import chosen_top
from gatewright.formats.verilog.files import Files, NotAllowedError
from gatewright.formats.verilog.includes import Expanded, expand
from gatewright.formats.verilog.primitives import ARRAY, as_cells, box, marked
from gatewright.formats.verilog.stubs import PLACE, stubs
from gatewright.formats.verilog.text import plain
from gatewright.formats.verilog.undefined import undefined
from gatewright.formats.yosys.document import Document
from gatewright.formats.yosys.json_file import parsed
from gatewright.formats.yosys.module import ModuleReader
from gatewright.formats.yosys.reader import circuit, reached, top_module
from gatewright.formats.yosys.tool import run_yosys
from gatewright.gates.functions import MOST_INPUTS
from gatewright.gates.spec import GateSpec

_DESIGN = "0.v"
"""What Yosys calls the file: its own name could mean something in a script."""

_MISSING = re.compile(
    r"Module '(.*?)' referenced in module '(.*?)' in cell '(.*?)' is not part of the design"
)

_PORTLESS = re.compile(
    r"\b((?:macro)?module)\s+(\\\S+|\w+)\s*(?:#\s*\([^;]*\)\s*)?(?:\(\s*\)\s*)?;.*?(?:\bendmodule\b|\Z)",
    re.DOTALL,
)
"""A module without ports, to its end."""

FILE_BUILDS = ("wasm", "native")
"""Of Yosys: WebAssembly can run no program and reach no file, and costs a fraction of a second more."""

_STUBS = "cells.v"
"""The cells of a library that it places."""

_GATES = "gates.v"
"""The gates that are kept as they are written; they come once the top is chosen, and do not count as a level."""

_READ = f"""
read_verilog -sv -nopp -nodpi {{cells}}{_DESIGN}
read_verilog -nodpi {_STUBS}
hierarchy {{top}}
read_verilog -nodpi {_GATES}
hierarchy -check
proc
write_json words.json
delete */t:$assert */t:$assume */t:$cover */t:$live */t:$fair */t:$check */t:$print
{{flatten}}
{{memory}}
opt -noff
techmap
opt -noff -mux_bool
clean
write_json gates.json
"""

_EVERY = " ".join(f"r:SIZE={1 << bits}" for bits in range(25))
"""Memories in which every address has a word: what is read beside others, Yosys leaves without a driver."""

_MEMORY = {
    "blocks": f"memory -nomap -nordff\nmemory_map -rom-only {_EVERY}",
    "gates": f"memory -nomap -nordff\nmemory_map {_EVERY}",
}
"""What is run for memories: one that is never written is a function, so gates in any case."""

_CELL = re.compile(r"\\\$[a-z_]")
"""A cell of Yosys, as in ``\\$_AND_ g (…)``: how its ``write_verilog -noexpr`` leaves them."""

_CALLED = re.compile(
    r"^ *// output (\S+) is called (\S+) in the circuit, as is an input$", re.MULTILINE
)
"""The comment of `writer` on an output that has the name of an input; attributes ABC does not read."""

_TASK = re.compile(r"System task .(\$\w+)")

_OWN_CELL = re.compile(r"\bmodule\s+\\\$")
"""A file that defines such a cell itself means its own."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_ROOT = re.compile(r"^root of +(\d+) design levels: (.*?) *$", re.MULTILINE)

_FLATTEN = """
read_json marked.json
flatten
opt -noff -mux_bool
clean
write_json flat.json
"""


def read_verilog(
    source: Source,
    gates: Mapping[str, GateSpec] | None,
    *,
    widest: int = MOST_INPUTS,
    include: Sequence[Path] = (),
    library: Library | None = None,
    top: str = "",
    memories: str = "blocks",
    written: bool = False,
) -> Netlist:
    """The circuit in a file of Verilog.

    Args:
        source: the file.
        gates: registered gates, as for `Assembler`.
        widest: most inputs of a gate, as for `Assembler`.
        include: folders of files that it may name, besides its own.
        library: cells that it may place, by name.
        top: the module that is the circuit; by default the root of the deepest hierarchy.
        memories: ``blocks`` keeps memories that are written, ``gates`` makes registers and gates of them.
        written: whether gates stay as they are written, ``nand g1(n, a, b);`` and the like, and modules count
            by what they are made of, whatever they compute.

    Raises:
        FormatError: Yosys refuses it, a net has no driver or several, it has a register of a kind that is
            not read, names a file that it may not, calls a program, or is not a circuit.
        UsageError: there is no Yosys, or it does not finish in time.
    """
    design = _Design(
        source, Files(source.path, include), library or {}, (gates or {}) if written else None
    )
    placing = Placing(library, gates or {}, widest)
    with tempfile.TemporaryDirectory(prefix="gatewright-") as name:
        folder = Path(name)
        design.write(folder)
        if top and not _NAME.fullmatch(top):
            raise source.refuse(
                0, "", f"cannot have '{top}' as its top", "mark the module: (* top *) module …"
            )
        chosen = f"-top {top}" if top else "-auto-top"
        cells = _CELL.search(design.text.text) and not _OWN_CELL.search(design.text.text)
        script = _READ.format(
            top=chosen,
            cells="-icells " if cells else "",
            flatten="flatten" if written else "",
            memory=_MEMORY[memories],
        )
        printed = design.run(script, folder)
        roots = deepest(printed)
        if len(roots) > 1:
            raise source.refuse(
                0,
                "",
                f"has several modules that could be the circuit: {shortened(roots)}",
                Hint("mark one: (* top *) module …", "choose top", name=roots[0]),
            )
        words = design.document(folder / "words.json")
        _check_drivers(words, placing)
        unused, unset = _unused(printed, words), undefined(design.text, words)
        document = design.document(folder / "gates.json")
        if not written and document.modules.keys() & top_module(document)[0].kinds():
            _mark(document, gates or {}, widest)
            root = json.dumps(
                {"modules": {raw: each.body for raw, each in document.modules.items()}}
            )
            (folder / "marked.json").write_text(root, encoding="utf-8")
            design.run(_FLATTEN, folder)
            document = design.document(folder / "flat.json")
    called = dict(_CALLED.findall(source.data.decode("utf-8", "replace")))
    netlist = circuit(
        document, gates, widest=widest, called=called, library=library, written=written
    )
    found = chosen_top(source, (), [*roots, *unused]) if roots and not top else None
    return replace(netlist, remarks=(*(found.remarks if found else ()), *unset))


def deepest(printed: str) -> list[str]:
    """The modules with the deepest hierarchy below them, from what Yosys prints while it looks for the top."""
    found = _ROOT.findall(printed)
    most = max((int(levels) for levels, _ in found), default=0)
    return [name for levels, name in found if int(levels) == most]


def no_ports_at(source: Source, file: str, line: int) -> FormatError | None:
    r"""The error for a line that Yosys stumbles over in a module without ports; None if it lies in another.

    Example:
        >>> text = b"module tb; reg a;\n initial #1 $finish;\nendmodule\n"
        >>> print(no_ports_at(Source("tb.v", text), "tb.v", 2).message)
        tb.v:1:1: module 'tb' has no ports: a testbench?
    """
    if file != source.path or not line:
        return None
    text = SLASHES.sub(
        lambda found: re.sub(r"[^\n]", " ", found[0]), "\n".join(source.lines(SLASHES))
    )
    for found in _PORTLESS.finditer(text):
        first, last = (text.count("\n", 0, at) + 1 for at in (found.start(1), found.end()))
        if first <= line <= last:
            return source.refuse(
                first,
                "",
                f"module '{found[2]}' has no ports: a testbench?",
                "name the file of the circuit itself",
            )
    return None


def _unused(printed: str, document: Document) -> list[str]:
    """The modules that Yosys found while it looked for the top, and that are not a part of it."""
    used = {module.name for module in document.modules.values()}
    # With parameters a module is called $paramod\\name\\….
    used |= {name.split("\\")[1] for name in used if "\\" in name}
    return sorted({name for _, name in _ROOT.findall(printed)} - used)


@dataclass(slots=True)
class _Design:
    """A file and the files it names, as Yosys sees them.

    Where there are gates to be ``kept``, those of Verilog stay as they are written.
    """

    source: Source
    files: Files
    library: Library
    kept: Mapping[str, GateSpec] | None = None
    text: Expanded = field(init=False)
    memories: list[Source] = field(default_factory=list)
    named: tuple[str, int] = ("", 0)

    def write(self, folder: Path) -> None:
        """Put the text, and the files of its memories, under names of our own into a folder.

        Raises:
            FormatError: it must not be shown to Yosys.
        """
        self.text = expand(self.source, self.files)
        # With the marks that Yosys' own preprocessor sets, lines are counted alike in every version.
        text = plain(self.text.text, self._memory, self.text.refuse)
        kinds: list[str] = []
        if self.kept is not None:
            text, kinds = as_cells(marked(text, self.kept))
        boxes = "".join(map(box, kinds))
        early = boxes if ARRAY.search(text) else ""  # Yosys makes arrays of what it knows alone
        (folder / _STUBS).write_text(stubs(text, self.library) + early, encoding="utf-8")
        (folder / _GATES).write_text("" if early else boxes, encoding="utf-8")
        text = f'`file_push "{_DESIGN}"\n{text}\n`file_pop\n'
        (folder / _DESIGN).write_text(text, encoding="utf-8", newline="\n")
        for place, memory in enumerate(self.memories):
            (folder / f"m{place}").write_bytes(memory.data)

    def run(self, script: str, folder: Path) -> str:
        """Run Yosys, with its messages about our names translated to the user's."""
        try:
            return run_yosys(script, folder=folder, where=self._where, builds=FILE_BUILDS)
        except FormatError as error:
            bench = no_ports_at(self.source, *self._place_of(error.message))
            if bench is not None:
                raise bench from None
            missing = _MISSING.search(error.message)
            if missing is not None:
                raise self._unknown(*missing.groups()) from None
            if not error.message.startswith("Yosys "):
                raise
            raise self.source.refuse(0, "", error.message, error.hint) from None

    def _place_of(self, message: str) -> tuple[str, int]:
        """The file and the line that Yosys named; of a system task that it runs, older ones name none."""
        file, line = self.named
        task = _TASK.search(message)
        if line or task is None:
            return file, line
        lines = enumerate(self.source.lines(SLASHES), 1)
        return self.source.path, next((number for number, text in lines if task[1] in text), 0)

    def _unknown(self, kind: str, module: str, cell: str) -> FormatError:
        """The error for a cell of which nobody knows what it is."""
        word = re.compile(rf"(?<![\w$]){re.escape(kind)}(?![\w$])")
        lines = self.source.lines(SLASHES)
        line = next((number for number, text in enumerate(lines, 1) if word.search(text)), 0)
        return self.source.refuse(
            line,
            kind,
            f"is the kind of cell '{cell}' in module '{module}', and no module of this file",
            Hint("add the module", "name library"),
        )

    def document(self, path: Path) -> Document:
        """What Yosys made of it."""
        if path.stat().st_size > MOST_BYTES:
            raise self.source.refuse(0, "", "makes a circuit too large to be read", "split it")
        root = parsed(Source(self.source.path, path.read_bytes()))
        return Document(self.source, root, _DESIGN, lambda line: self.text.place(line)[2])

    def _memory(self, name: str, line: int) -> str:
        source, here, _ = self.text.place(line)
        near = None if source is self.source else Path(source.path).parent
        try:
            self.memories.append(self.files.read(name, near))
        except NotAllowedError as error:
            what = f"the file of a memory '{name[:200]}' {error.message}"
            raise source.refuse(here, "", what, error.hint) from None
        return f"m{len(self.memories) - 1}"

    def _where(self, file: str, line: int) -> tuple[str, int]:
        self.named = self._place(file, line) if line else self.named
        return self._place(file, line)

    def _place(self, file: str, line: int) -> tuple[str, int]:
        if file == _DESIGN:
            source, here, _ = self.text.place(line)
            return (source.path, here) if line else (self.source.path, 0)
        memory = re.fullmatch(r"m(\d{1,4})", file)
        if memory and int(memory[1]) < len(self.memories):
            return self.memories[int(memory[1])].path, line
        return file, line


def _check_drivers(document: Document, placing: Placing) -> None:
    """Refuse nets of two drivers, high impedance, and pins without names, before anything is optimised away."""
    for module in reached(document, top_module(document)[0]):
        for cell in module.cells():
            if any(pin.startswith(PLACE) for pin in cell.pins):
                raise module.refuse(
                    f"joins pins of a '{cell.kind}' by their place, and a library gives them none",
                    "name the pins, as in .A(a)",
                    cell=cell.name,
                    line=cell.line,
                )
        ModuleReader(document, module, {}, placing)


def _mark(document: Document, gates: Mapping[str, GateSpec], widest: int) -> None:
    """Have Yosys keep the modules that compute what a registered gate computes."""
    known = KnownGates(gates, widest)
    top = top_module(document)[0]
    for module in reached(document, top):
        if module is top or document.modules.keys() & module.kinds():
            continue
        try:
            model = ModuleReader(document, module, gates).model()
        except FormatError:
            continue  # what is wrong in it may be of no use to the circuit
        if known.recognised(model) is not model:
            attributes = module.body.get("attributes", {})
            attributes["keep_hierarchy"] = f"{1:032b}"
