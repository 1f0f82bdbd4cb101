"""Following Python code: all that a function uses, as far as it can be followed, as one digest.

Its code, what it calls, the values it closes over and the global names it uses; where that ends, at a file or a
clock say, is noted.

Example:
    >>> follower = Follower()
    >>> follower.follow(lambda: open("table.txt"), "it")
    >>> follower.loose
    ["'open'"]
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from collections import OrderedDict
from functools import partial
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any

import numpy as np

from gatewright.circuits.references.whole_numbers import WholeNumbers, plain
from gatewright.version import VERSION

_PURE = frozenset(
    {"builtins", "math", "cmath", "operator", "_operator", "itertools", "functools", "_functools"}
)
"""Modules whose functions give equal results for equal arguments, except those below."""

_IMPURE = frozenset(
    {
        *("open", "input", "exec", "eval", "compile", "__import__", "globals", "locals"),
        *("vars", "dir", "id", "hash", "object", "getattr", "setattr", "delattr", "breakpoint"),
        *("memoryview",),
    }
)

_IMPURE_NUMPY = frozenset({"random", "load", "fromfile", "loadtxt", "genfromtxt", "memmap"})

_PLAIN = {type(None), bool, int, float, complex, str, bytes, type(Ellipsis), range, slice}
"""Types whose values `repr` tells completely; subclasses have methods of their own."""

_CONTAINERS = {list, tuple, set, frozenset, dict}

_OURS = "gatewright.circuits.references.whole_numbers"
"""The one module of ours that references call; the version stands for its code."""

_NOT_LOGIC = frozenset(
    {
        *("__doc__", "__repr__", "__module__", "__qualname__", "__dict__", "__weakref__"),
        *(
            "__annotations__",
            "__slots__",
            "__match_args__",
            "__dataclass_fields__",
            "__dataclass_params__",
        ),
        *("__firstlineno__", "__static_attributes__"),
    }
)
"""Entries of a class that compute nothing."""

_FIELDS = (MemberDescriptorType, GetSetDescriptorType)

_MOST = 20_000
"""Most objects that are followed; code that reaches farther is not followed to its end."""


class Follower:
    """Goes through objects, and notes what each is made of.

    Attributes:
        digest: of what was followed.
        loose: what could not be followed.
    """

    def __init__(self) -> None:
        self.digest = hashlib.sha256(np.__version__.encode())
        self.loose: list[str] = []
        self._seen: dict[int, int] = {}
        self._kept: list[object] = []  # so that no identity is used twice
        self._calls = {
            CodeType: self._code,
            FunctionType: self._function,
            MethodType: lambda each, name: self._all(name, each.__func__, each.__self__),
            partial: lambda each, name: self._all(name, each.func, each.args, each.keywords),
            BuiltinFunctionType: self._builtin,
            ModuleType: lambda each, _: self._note("module", each.__name__),
            np.ndarray: self._array,
            type: self._class,
        }

    def follow(self, value: object, name: str) -> None:
        """Take a value in, and what it is made of; ``name`` is what the code calls it."""
        if type(value) in _PLAIN:
            self._note(type(value).__name__, repr(value))
            return
        if id(value) in self._seen:
            self._note("again", str(self._seen[id(value)]))
            return
        self._seen[id(value)] = len(self._seen)
        self._kept.append(value)
        if len(self._seen) > _MOST:
            self.loose.append("code of too many parts")
            return
        self._note(type(value).__name__, "")
        if getattr(value, "__module__", None) == _OURS:
            self._note(VERSION, getattr(value, "__qualname__", name))
        elif type(value) in (list, tuple):
            self._all(name, *value)  # type: ignore[misc] # it is one of these
        elif type(value) in (set, frozenset):
            self._members(value, name)
        elif type(value) in (dict, MappingProxyType, OrderedDict):
            for key, each in value.items():  # type: ignore[attr-defined] # it is one of these
                self._all(name, key, each)
        elif isinstance(value, WholeNumbers):
            self.follow(plain(value), name)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            self._class(type(value), name)
            for field in dataclasses.fields(value):
                self.follow(getattr(value, field.name, None), f"{name}.{field.name}")
        else:
            for kind, call in self._calls.items():
                if isinstance(value, kind):
                    call(value, name)  # type: ignore[operator] # of the type that was asked for
                    return
            if not self._of_numpy(value) and not self._made_of_plain(value, name):
                self.loose.append(f"'{name}'")

    def _all(self, name: str, *values: object) -> None:
        for value in values:
            self.follow(value, name)

    def _note(self, kind: str, text: str) -> None:
        self.digest.update(f"{kind}\0{text}\0".encode("utf-8", "surrogatepass"))

    def _members(self, value: Any, name: str) -> None:
        """A set, whose order differs from process to process."""
        if any(type(each) not in _PLAIN for each in value):
            self.loose.append(f"'{name}'")
        self._note(
            "members", " ".join(sorted(repr(each) for each in value if type(each) in _PLAIN))
        )

    def _made_of_plain(self, value: object, name: str) -> bool:
        """Whether a value's class derives from a plain one, as that of a named tuple does; its methods count."""
        kind = type(value)
        base: Any = next((each for each in kind.__mro__ if each in _CONTAINERS | _PLAIN), None)
        if base is None or kind.__module__.partition(".")[0] in {"numpy", *sys.stdlib_module_names}:
            return False
        self._class(kind, name)
        # As the plain class sees it, whatever methods of its own it has.
        if base is dict:
            self._all(name, dict(dict.items(value)))  # type: ignore[arg-type] # it is one
        elif base in _CONTAINERS:
            self._all(name, base(base.__iter__(value)))
        else:
            self._note(base.__name__, base.__repr__(value))
        self._all(name, getattr(value, "__dict__", {}))
        return True

    def _of_numpy(self, value: object) -> bool:
        """Whether a value is NumPy's own: a number, a type, or a function found in NumPy under its name.

        Others, such as what `numpy.vectorize` makes, hold code or numbers that are not followed.
        """
        if isinstance(value, np.generic | np.dtype):
            self._note(str(getattr(value, "dtype", value)), repr(value))
            return True
        called = getattr(value, "__name__", "")
        place: Any = np
        for step in (*getattr(value, "__module__", "numpy").split(".")[1:], called):
            place = getattr(place, step, None)
        if value is not place and value is not getattr(np, called or " ", None):
            return False
        self._note("numpy", called)
        return True

    def _code(self, code: CodeType, name: str) -> None:
        self._note("code", code.co_code.hex())
        self._note("flags", f"{code.co_flags} {code.co_argcount} {code.co_kwonlyargcount}")
        self._all(name, code.co_names, code.co_varnames, code.co_freevars, code.co_consts)

    def _function(self, function: FunctionType, name: str) -> None:
        self._code(function.__code__, name)
        self._all(name, function.__defaults__, function.__kwdefaults__, function.__dict__)
        for variable, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            try:
                self.follow(cell.cell_contents, variable)
            except ValueError:  # it is not set
                self._note("cell", "empty")
        names = _names(function.__code__)
        builtins: Any = function.__globals__.get("__builtins__", {})
        known = builtins if isinstance(builtins, dict) else vars(builtins)
        for each in names:
            if each in function.__globals__:
                value = function.__globals__[each]
                self._note("global", each)
                self.follow(value, each)
                if isinstance(value, ModuleType):
                    self._attributes(value, each, names)
            elif each in known and each in _IMPURE:
                self.loose.append(f"'{each}'")
        if _imports(function.__code__):
            self.loose.append(f"an import in '{function.__name__}'")

    def _attributes(self, module: ModuleType, name: str, names: tuple[str, ...]) -> None:
        """What code may use of a module: as it is not known which names are its attributes, all are tried."""
        if module.__name__.partition(".")[0] == "numpy":
            self.loose += [f"'{name}.{each}'" for each in names if each in _IMPURE_NUMPY]
            return
        for each in names:
            if hasattr(module, each):
                value = getattr(module, each)
                inner = isinstance(value, ModuleType) and id(value) not in self._seen
                self.follow(value, f"{name}.{each}")
                if inner:
                    self._attributes(value, f"{name}.{each}", names)

    def _builtin(self, function: BuiltinFunctionType, name: str) -> None:
        home = function.__module__ or ""
        self._note("builtin", f"{home}.{function.__qualname__}")
        if home.partition(".")[0] != "numpy" and (
            home not in _PURE or function.__name__ in _IMPURE
        ):
            self.loose.append(f"'{name}'")

    def _array(self, array: Any, name: str) -> None:
        self._note("array", f"{array.dtype} {array.shape}")
        if array.dtype == object:
            self._all(name, array.tolist())
        else:
            self.digest.update(np.ascontiguousarray(array).tobytes())

    def _class(self, kind: type, name: str) -> None:
        home = kind.__module__
        self._note("class", f"{home}.{kind.__qualname__}")
        if home.partition(".")[0] == "numpy" or home in _PURE:
            if kind.__name__ in _IMPURE:
                self.loose.append(f"'{name}'")
            return
        self._all(name, *(each for each in kind.__bases__ if each is not object))
        for attribute, value in vars(kind).items():
            if attribute in _NOT_LOGIC or isinstance(value, _FIELDS):
                continue
            inner = value.__func__ if isinstance(value, staticmethod | classmethod) else value
            inner = inner.fget if isinstance(inner, property) else inner
            self._note("member", attribute)
            self.follow(inner, f"{name}.{attribute}")


def _names(code: CodeType) -> tuple[str, ...]:
    """The names that code uses, nested code included."""
    names = dict.fromkeys(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names.update(dict.fromkeys(_names(constant)))
    return tuple(names)


def _imports(code: CodeType) -> bool:
    """Whether code imports modules while it runs."""
    import dis

    return any(each.opname == "IMPORT_NAME" for each in dis.get_instructions(code)) or any(
        isinstance(constant, CodeType) and _imports(constant) for constant in code.co_consts
    )
