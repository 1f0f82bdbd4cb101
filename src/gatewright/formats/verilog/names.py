r"""Names in Verilog: as they are, or escaped if they are not identifiers or are keywords.

An escaped name begins with a backslash and ends with a space; any printable ASCII may stand between (IEEE
1364-2001, 2.7.1). Keywords are those of SystemVerilog too, which many tools read every file as.

Example:
    >>> identifier("sum"), identifier("1GAT(0)"), identifier("output"), identifier("logic")
    ('sum', '\\1GAT(0) ', '\\output ', '\\logic ')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LINE_WIDTH = 100

HOLDS = r"[!-~]+"
"""What names may be made of, as a regular expression."""

_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_WORDS = """
always and assign automatic begin buf bufif0 bufif1 case casex casez cell cmos config deassign
default defparam design disable edge else end endcase endconfig endfunction endgenerate endmodule
endprimitive endspecify endtable endtask event for force forever fork function generate genvar
highz0 highz1 if ifnone incdir include initial inout input instance integer join large liblist
library localparam macromodule medium module nand negedge nmos nor noshowcancelled not notif0 notif1
or output parameter pmos posedge primitive pull0 pull1 pulldown pullup pulsestyle_ondetect
pulsestyle_onevent rcmos real realtime reg release repeat rnmos rpmos rtran rtranif0 rtranif1
scalared showcancelled signed small specify specparam strong0 strong1 supply0 supply1 table task
time tran tranif0 tranif1 tri tri0 tri1 triand trior trireg unsigned use uwire vectored wait wand
weak0 weak1 while wire wor xnor xor
accept_on alias always_comb always_ff always_latch assert assume before bind bins binsof bit break
byte chandle checker class clocking const constraint context continue cover covergroup coverpoint
cross dist do endchecker endclass endclocking endgroup endinterface endpackage endprogram
endproperty endsequence enum eventually expect export extends extern final first_match foreach
forkjoin global iff ignore_bins illegal_bins implements implies import inside int interconnect
interface intersect join_any join_none let local logic longint matches modport nettype new nexttime
null package packed priority program property protected pure rand randc randcase randsequence ref
reject_on restrict return s_always s_eventually s_nexttime s_until s_until_with sequence shortint
shortreal soft solve static string strong struct super sync_accept_on sync_reject_on tagged this
throughout timeprecision timeunit type typedef union unique unique0 until until_with untyped var
virtual void wait_order weak wildcard with within
"""
_KEYWORDS = frozenset(_WORDS.split())


def identifier(name: str) -> str:
    """A name as Verilog spells it; one of printable ASCII."""
    if _SIMPLE.fullmatch(name) and name not in _KEYWORDS:
        return name
    return f"\\{name} "


def listed(head: str, words: Sequence[str], tail: str = ";") -> Iterator[str]:
    """A list of words between commas, on as many lines as it takes."""
    line = head
    for place, word in enumerate(words, 1):
        piece = f"{word}{',' if place < len(words) else tail}"
        if len(f"{line} {piece}") > LINE_WIDTH and line != head:
            yield line
            line = "   "
        line += piece if line.endswith("(") else f" {piece}"
    yield line
