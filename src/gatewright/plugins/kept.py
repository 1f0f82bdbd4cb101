"""The store as a giver of gates: one that no plugin gives is known by the file it was trained into.

Example:
    >>> import tempfile
    >>> from gatewright.gates.spec import GateSpec
    >>> from gatewright.gates.store.store import Store
    >>> from gatewright.gates.training.train import train
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = Store(folder).save(train(GateSpec.from_expression("and-or: a & b | ~c")))
    >>> Kept(folder).named("and-or")[0].summary
    'a & b | ~c'
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gatewright.records import dataclass

if TYPE_CHECKING:
    from gatewright.gates.spec import GateSpec
    from gatewright.gates.store.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """The gates in a store.

    Attributes:
        folder: of the store; by default the usual one.
        name: what is said to give them.
    """

    folder: Path | None = None
    name: str = "store"

    def named(self, name: str) -> tuple[GateSpec, Kept] | None:
        """The gate called ``name``, and where it is from; none where there is no file of it.

        Raises:
            StoreError: the file is damaged, or of another gate or version.
        """
        spec = self.store().spec(name)
        return None if spec is None else (spec, self)

    def store(self) -> Store:
        """The store itself, which is imported when a gate is looked for."""
        from gatewright.gates.store.store import Store

        return Store(self.folder)

    def __str__(self) -> str:
        return f"the store {self.store().folder}"
