"""The store: trained gates on disk, one safetensors file each.

A file holds the weights, the boxes of the proof and, in its metadata, everything that says what they are:
schema, the gate's name and truth table, recipe, seed, figures, the datasheet, and digests. It is enough for
`gatewright.certify.checker` to check the proof from the file alone. No times and no host names: the same
training writes the same bytes. What does not fit is refused by name; nothing is ever loaded in silence,
repaired or deleted.

Example:
    >>> import tempfile
    >>> from gatewright.gates.training.train import train
    >>> spec = GateSpec.from_function("and", lambda a, b: a & b, inputs="ab", outputs="y")
    >>> store = Store(Path(tempfile.mkdtemp()))
    >>> store.load(spec) is None
    True
    >>> store.save(train(spec)).name
    'and.safetensors'
    >>> store.load(spec).digest == train(spec).digest
    True
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeAlias

from gatewright.checks import a_path
from gatewright.errors import Hint, StoreError, UnreadableError, UsageError
from gatewright.files import write_atomically
from gatewright.gates.spec import GateSpec, is_name
from gatewright.gates.store.saved import (
    SUFFIX,
    from_file,
    replace_gate,
    spec_in,
    to_bytes,
    train_anew,
)
from gatewright.gates.trained import TrainedGate
from gatewright.records import dataclass
from gatewright.text import a_kind

Status: TypeAlias = Literal["trained", "untrained", "unreadable", "refused"]

FOLDER = "CIRCUITS_STORE"
"""The variable that names the folder of the store where nobody does."""


@dataclass(frozen=True, slots=True, init=False)
class Store:
    """A folder of trained gates; it is made when the first gate is saved.

    Attributes:
        folder: by default the one that the variable CIRCUITS_STORE names, else one in the user's data folder.

    Example:
        >>> Store("gates").path("xor").as_posix()
        'gates/xor.safetensors'
    """

    folder: Path

    def __init__(self, folder: Path | str | None = None) -> None:
        if folder is None or folder == "":
            folder = os.environ.get(FOLDER) or _usual()
        object.__setattr__(self, "folder", a_path(folder))

    def path(self, name: str) -> Path:
        """The file of the gate called ``name``."""
        return self.folder / f"{name}{SUFFIX}"

    def prepare(self) -> None:
        """Make the folder, and find out now rather than after a training whether it can be used.

        Raises:
            StoreError: it is a file, or cannot be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise StoreError(f"the store {self.folder} is not a folder", hint=_ELSEWHERE) from None
        except OSError as error:
            raise self._unwritable(error) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise StoreError(f"the store {self.folder} cannot be written to", hint=_ELSEWHERE)

    def save(self, gate: TrainedGate) -> Path:
        """Write a trained gate, in place of an older one of its name; give back the file.

        Raises:
            StoreError: the store cannot be written to; an older file is untouched.
            UsageError: it is not a trained gate.
        """
        if not isinstance(gate, TrainedGate):
            raise UsageError(
                f"{a_kind(gate)} is not a trained gate", hint="gatewright.train gives one"
            )
        self.prepare()
        path = self.path(gate.spec.name)
        if path.is_dir():
            raise StoreError(f"{path} is a folder", hint="move it away, then train the gate")
        try:
            write_atomically(path, to_bytes(gate))
        except OSError as error:
            raise self._unwritable(error) from error
        return path

    def load(self, spec: GateSpec) -> TrainedGate | None:
        """The trained gate for ``spec``, or none where it has not been trained.

        Raises:
            StoreError: there is a file, but not of this gate, this truth table or this schema, or it
                is damaged.
            UsageError: what is given is not a `GateSpec`.
        """
        if not isinstance(spec, GateSpec):
            raise UsageError(
                f"{spec!r} is not a GateSpec", hint="by a name, gw.load(name, store=…) loads a gate"
            )
        path = self.path(spec.name)
        if path.is_dir():
            raise UnreadableError(f"{path} is a folder", hint="move it away, then train the gate")
        try:
            return from_file(path, spec)
        except (FileNotFoundError, NotADirectoryError):
            if self.folder.exists() and not self.folder.is_dir():
                raise StoreError(
                    f"the store {self.folder} is not a folder", hint=_ELSEWHERE
                ) from None
            return None
        except OSError as error:
            raise UnreadableError(
                f"{path} cannot be read: {error.strerror or error}", hint=train_anew(spec)
            ) from error

    def names(self) -> list[str]:
        """Of every gate that has a file here, in the order of the alphabet.

        Raises:
            StoreError: the folder cannot be read.
        """
        try:
            found = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(
                f"the store {self.folder} cannot be read: {error.strerror or error}",
                hint=_ELSEWHERE,
            ) from error
        stems = (each.removesuffix(SUFFIX) for each in found if each.endswith(SUFFIX))
        return sorted(filter(is_name, stems))

    def spec(self, name: str) -> GateSpec | None:
        """What the gate called ``name`` computes, as its file says; none where there is no such file.

        So a gate that no plugin gives is known by its name, once it is trained.

        Raises:
            StoreError: the file is damaged, or of another gate or version.
        """
        if not is_name(name):
            return None
        path = self.path(name)
        try:
            return spec_in(path, name)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UnreadableError(
                f"{path} cannot be read: {error.strerror or error}", hint=replace_gate(name)
            ) from error

    def forget(self, name: str) -> bool:
        """Remove the file of the gate called ``name``; false where there is none.

        Raises:
            StoreError: it cannot be removed.
        """
        path = self.path(name)
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise StoreError(f"{path} cannot be removed: {error.strerror or error}") from error
        return True

    def status(self, spec: GateSpec) -> tuple[Status, StoreError | None]:
        """Whether ``spec`` has a trained gate here that can be used; if there is one that cannot, why.

        Refused is what is whole but of another gate, table or version.
        """
        state, _, error = self.examine(spec)
        return state, error

    def examine(self, spec: GateSpec) -> tuple[Status, TrainedGate | None, StoreError | None]:
        """The same, with the gate: its file is read once."""
        try:
            gate = self.load(spec)
        except StoreError as error:
            return standing_of(error), None, error
        return ("untrained" if gate is None else "trained"), gate, None

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"the store {self.folder} cannot be written to: {error.strerror or error}",
            hint=_ELSEWHERE,
        )


def standing_of(error: StoreError) -> Status:
    """What a stored gate is that cannot be used: unreadable, or refused."""
    return "unreadable" if isinstance(error, UnreadableError) else "refused"


def _usual() -> Path:
    from platformdirs import user_data_path

    return user_data_path("gatewright", appauthor=False) / "gates"


_ELSEWHERE = Hint("name another folder", "other store")
