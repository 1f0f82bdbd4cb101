"""The formats that come with the project.

Example:
    >>> [each.name for each in BUILT_IN if not each.reader]
    ['dot', 'onnx']
"""

from __future__ import annotations

from gatewright.formats.registry.format import WITH_US, Format

_HASHES = r"(?>\s|#[^\r\n]*)*+"
_SLASHES = r"(?>\s|//[^\r\n]*|/\*.*?\*/|\(\*.*?\*\)|`[^\r\n]*)*+"
_CSV_SIGN = r"(?>\s*[,;\t]\s*)"  # in one way only, though a tab is a space too
_XML = r"(?>\s|<\?.*?\?>|<!--.*?-->)*+"

BUILT_IN: tuple[Format, ...] = (
    Format(
        "blif", (".blif", ".eblif"), "Berkeley Logic Interchange Format",
        ".blif.reader:read_blif", ".blif.writer:write_blif", hierarchy=True, places=True, models=True,
        registers=True,
        begins=_HASHES + r"\.(model|inputs?|outputs?|names|subckt|gate|latch|exdc|search|default_\w+)\b",
    ),
    Format(
        "bench", (".bench",), "ISCAS netlists",
        ".bench.reader:read_bench", ".bench.writer:write_bench", registers=True,
        begins=_HASHES + r"((IN|OUT)PUT\s*\(|[^\s(),=#]+\s*=\s*[a-z]\w*\s*(0x[0-9a-f]+\s*)?\()",
    ),
    Format(
        "aag", (".aag",), "AIGER, ascii",
        ".aiger.reader:read_aiger", ".aiger.writer:write_aiger", {"binary": False}, registers=True,
        begins=r"aag [0-9]",
    ),
    Format(
        "aig", (".aig",), "AIGER, binary",
        ".aiger.reader:read_aiger", ".aiger.writer:write_aiger", {"binary": True}, binary=True,
        registers=True, begins=r"aig [0-9]",
    ),
    Format(
        "kiss", (".kiss2", ".kiss"), "state tables of SIS, KISS2", ".kiss.reader:read_kiss", states=True,
        begins=_HASHES + r"(\.start_kiss\b|(\.([iop]|ilb|ob)\b[^\r\n]*[\r\n]+" + _HASHES + r")*\.[sr]\b)",
    ),
    Format(
        "pla", (".pla",), "truth tables of espresso", ".pla.reader:read_pla",
        begins=_HASHES + r"\.(i|o|p|ilb|ob|type|phase|pair|mv|kiss)\b",
    ),
    Format(
        "csv", (".csv", ".tsv"), "truth tables of spreadsheets", ".pla.reader:read_csv",
        begins=rf"\s*(\w+|\"\w+\")({_CSV_SIGN}(\"?\w+\"?|->))+\s*\n\s*[01-]({_CSV_SIGN}([01x-]|->))+\s*(\n|$)",
    ),
    Format(
        "eqn", (".eqn",), "equations of ABC", ".eqn.reader:read_eqn",
        begins=_HASHES + r"[^\s=;]+\s*=[^;()]*[;*+(]",
    ),
    Format(
        "logisim", (".circ",), "drawings of Logisim(-evolution)", ".drawing.logisim:read_logisim",
        hierarchy=True,
        begins=_XML + r"<project\b",
    ),
    Format(
        "digital", (".dig",), "drawings of Digital", ".drawing.digital:read_digital",
        hierarchy=True,
        begins=_XML + r"<circuit\b",
    ),
    Format(
        "verilog", (".v", ".sv"), "Verilog, read through Yosys",
        ".verilog.reader:read_verilog", ".verilog.writer:write_verilog", registers=True, memories=True,
        extra="Yosys to read: yosys, or pip install 'gatewright[verilog]'", includes=True,
        hierarchy=True, places=True, models=True, ports_apart=True,
        begins=_SLASHES + r"(macromodule|module|package|interface|primitive|program|import|typedef)\b",
    ),
    Format(
        "json", (".json",), "netlists of Yosys",
        ".yosys.reader:read_yosys_json", ".yosys.writer:write_yosys_json", hierarchy=True, places=True,
        models=True, registers=True, memories=True,
        ports_apart=True,
        begins=r"\s*\{",
    ),
    Format(
        "graphml", (".graphml",), "graphs of networkx, as XML",
        ".graph.graphml:read_graphml", ".graph.graphml:write_graphml",
        registers=True,
        begins=_XML + r"<graphml\b",
    ),
    Format(
        "node-link", (".nodelink",), "graphs of networkx, as JSON",
        ".graph.node_link:read_node_link", ".graph.node_link:write_node_link",
        registers=True,
    ),
    Format("dot", (".dot", ".gv"), "Graphviz, to look at", writer=".dot:write_dot", registers=True),
    Format(
        "onnx", (".onnx",), "the neural circuit, to run anywhere", writer=".onnx.writer:write_onnx",
        extra="pip install 'gatewright[onnx]'", binary=True, neural=True,
    ),
)  # fmt: skip
"""What comes with the project, as the hook ``gatewright_formats`` gives it."""

WITH_US.update((each.name, each) for each in BUILT_IN)
