"""Where a learned circuit goes: a file of a format that holds it and the names of its bits.

All of that is looked at before anything is learned, so that nothing learned is lost.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.cli import new_files
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.circuits.netlist import Netlist
    from gatewright.formats.registry import Format


class Written:
    """A file that a circuit is to be written to.

    Args:
        out: the file.
        force: whether it may replace one.

    Raises:
        UsageError: it cannot be written, or its format holds no learned circuit.
    """

    def __init__(self, out: Path, *, force: bool) -> None:
        from gatewright.formats.registry import format_of, writes_gates

        def holds(kind: Format) -> bool:  # and can be read again
            return writes_gates(kind) and bool(kind.reader)

        self._out, self._force = out, force
        self._name = out.name.partition(".")[0] or "learned"
        self._format: Format = format_of(str(out), holding=holds)
        if not holds(self._format):
            raise UsageError(
                f"a learned circuit is not written as {self._format.name}",
                hint="write learned.aig, and export that",
            )
        new_files.check_new(out, force=force)

    def check(self, blank: Netlist) -> None:
        """Refuse names that the format cannot hold.

        Args:
            blank: any circuit of these inputs and outputs.

        Raises:
            UsageError: there is one.
        """
        try:
            self._data(blank, "")
        except UsageError as error:
            raise UsageError(
                error.message, hint=f"write {self._name}.aig, which can hold it"
            ) from None

    def write(self, netlist: Netlist, comment: str) -> None:
        """Write the circuit.

        Raises:
            UsageError: the file cannot be written any more.
        """
        new_files.write_new(self._out, self._data(netlist, comment), force=self._force)

    def _data(self, netlist: Netlist, comment: str) -> str | bytes:
        return self._format.write(replace(netlist, name=self._name), comment)
