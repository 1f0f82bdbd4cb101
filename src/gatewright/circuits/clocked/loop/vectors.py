"""What the compiled loop does with vectors of 8 or 16 signals, as code of LLVM that Numba takes in.

A scalar loop takes five times as long. What lanes read is gathered by one instruction or one by one, or by
permuting vectors where it lies in at most two of them. `widest`, `permutes`, `gathers` and `intrinsics` alone
import Numba, which takes a second.

Example:
    >>> BLOCK, (2, 0, 1) in SHAPES
    (64, True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

BLOCK = 64
"""Cycles between two comparisons: the bits of a word."""

SHAPES = (
    (1, 0, 1),
    (2, 0, 1),
    (3, 0, 1),
    (2, 2, 1),
    (3, 2, 1),
    (2, 2, 2),
    (3, 2, 2),
    (4, 3, 1),
    (6, 8, 4),
    (1, 1, 1),
)
"""Gates that there is code for: inputs, hidden units (0: none), outputs. Others run as a larger one.

The last one is that of registers' buffers.
"""

SECOND = np.int32(-(1 << 31))
"""What a lane has besides its number if it is one of the second vector."""


def _variants() -> Iterator[tuple[tuple[int, int, int], int]]:
    for shape in SHAPES:
        every = (1 << shape[0]) - 1
        yield from (
            (shape, near) for near in range(every + 1) if shape[0] <= 3 or near in (0, every)
        )


VARIANTS = tuple(_variants())
"""Kinds of groups: the shape, and a bit for each input that is set where signals lie in at most two vectors."""


def widest() -> int:
    """How many signals a vector has: 16 where the processor adds and multiplies so many at once, or 8.

    Processors with AVX-512 before Ice Lake lower their clock for it; that one brought "VBMI2".
    """
    return 16 if "+avx512vbmi2" in _features() else 8


def permutes() -> bool:
    """Whether Numba compiles for a processor that picks from a vector in one instruction, as AVX2 does."""
    return "+avx2" in _features()


def gathers() -> bool:
    """Whether that processor reads from eight places in one instruction faster than one by one.

    Every processor with AVX2 has the instruction. Those of Intel before Sapphire Rapids take many times as
    long for it since their microcode closes a leak ("Downfall", CVE-2022-40982); that one brought 16-bit floats.
    """
    return "+avx512fp16" in _features()


def _features() -> list[str]:
    from numba.core.registry import cpu_target

    *_, features = cpu_target.target_context.codegen().magic_tuple()
    found: list[str] = features.split(",")
    return found


class Vectors:
    """Makes code for vectors, by a builder of LLVM.

    Args:
        ir: the module of llvmlite.
        lanes: signals of a vector, 8 or 16: gates of a group.
        near: whether there is code for groups of inputs that lie in at most two vectors; see `permutes`.
        gathers: whether other inputs are read by one instruction; see there.
    """

    def __init__(self, ir: Any, lanes: int, *, near: bool, gathers: bool) -> None:
        self.ir, self.lanes, self.near, self.gathers = ir, lanes, near, gathers
        self.line = 4 * lanes  # bytes
        self.int32, self.int64 = ir.IntType(32), ir.IntType(64)
        self.float = ir.FloatType()
        self.signals = ir.VectorType(self.float, lanes)
        self.bits = ir.VectorType(self.int32, lanes)

    def group(self, b: Any, args: Any) -> None:
        """A group of a kind: kind, and where signals, its wires (in bytes), its weights, its outputs are."""
        end = b.append_basic_block("end")
        choice = b.switch(args[0], end)
        for kind, (shape, near) in enumerate(VARIANTS):
            if near and not self.near:
                continue
            block = b.append_basic_block(f"kind{kind}")
            choice.add_case(self.ir.Constant(self.int64, kind), block)
            with b.goto_block(block):
                self._gates(b, shape, near, args[1:])
                b.branch(end)
        b.position_at_end(end)

    def judge(self, b: Any, args: Any) -> None:
        """Signals decided: their bits as one number, and how far each is off at most so far, as integers."""
        signals, into, off = args
        y = self._load(b, signals, self.signals)
        one = b.fcmp_ordered(">", y, self._all(0.5))
        self._store(b, b.bitcast(one, self.ir.IntType(self.lanes)), into)
        away = b.bitcast(b.fsub(y, b.select(one, self._all(1.0), self._all(0.0))), self.bits)
        # Of numbers above 0 the larger is the larger integer; what is not a number is larger than all.
        away = b.and_(away, self._all(0x7FFFFFFF))
        worst = self._load(b, off, self.bits)
        self._store(b, b.select(b.icmp_unsigned(">", away, worst), away, worst), off)

    def copy(self, b: Any, args: Any) -> None:
        """Signals copied from one place to another."""
        self._store(b, self._load(b, args[0], self.signals), args[1])

    def words(self, b: Any, args: Any) -> None:
        """The words of a vector's wires, from 64 times their bits: eight by eight, so many bytes apart."""
        bits, stride, words = args
        ir, eight = self.ir, self.ir.IntType(8 * self.lanes)
        whole = ir.Constant(ir.VectorType(eight, 8), ir.Undefined)
        for part in range(8):
            loaded = b.load(self._at(b, bits, eight), align=1)
            whole = b.insert_element(whole, loaded, ir.Constant(self.int32, part))
            bits = b.add(bits, stride)
        kind = ir.VectorType(ir.IntType(self.lanes), BLOCK)
        whole = b.bitcast(whole, kind)
        for lane in range(self.lanes):
            masked = b.and_(whole, ir.Constant(kind, [1 << lane] * BLOCK))
            found = b.icmp_unsigned("!=", masked, ir.Constant(kind, [0] * BLOCK))
            self._store(b, b.bitcast(found, self.int64), words, lane * 8)

    def disturb(self, b: Any, args: Any) -> None:
        """Signals with a draw of `draws` added, by their keys, two of the cycle, and a factor."""
        signals, keys, first, second, scale = args
        drawn = b.xor(self._load(b, keys, self.bits), self._whole(b, first))
        drawn = self._mixed(b, b.add(self._mixed(b, drawn), self._whole(b, second)))
        # 23 bits behind the point of a number from 1 to 2.
        drawn = b.or_(b.lshr(drawn, self._all(9)), self._all(0x3F800000))
        centred = b.fsub(b.bitcast(drawn, self.signals), self._all(1.5))
        noise = b.fmul(centred, self._load(b, scale, self.signals))
        self._store(b, b.fadd(self._load(b, signals, self.signals), noise), signals)

    def _gates(self, b: Any, shape: tuple[int, int, int], near: int, args: Any) -> None:
        """The code of a group of one shape."""
        signals, wires, weights, into = args
        pins, hidden, outputs = shape
        at = 0

        def weight() -> Any:
            nonlocal at
            at += self.line
            return self._load(b, weights, self.signals, at - self.line)

        band = weight(), weight()
        x, start = [], 0
        for pin in range(pins):
            close = near >> pin & 1
            read = self._permute if close else self._gather if self.gathers else self._one_by_one
            x.append(self._clip(b, read(b, signals, wires, start), *band))
            start += self.line + 8 if close else self.line  # lanes, and where two vectors begin
        for units in (hidden, outputs) if hidden else (outputs,):
            made = []
            for _ in range(units):
                z = b.fmul(x[0], weight())
                for each in x[1:]:
                    z = b.fadd(z, b.fmul(each, weight()))
                z = b.fadd(z, weight())
                made.append(self._clip(b, z, self._all(0.0), self._all(1.0)))
            x = made
        for place, y in enumerate(x):
            self._store(b, y, into, place * self.line)

    def _permute(self, b: Any, signals: Any, wires: Any, start: int) -> Any:
        """What lanes read, of two vectors."""
        lanes = self._load(b, wires, self.bits, start)
        kind = self.ir.FunctionType(self.signals, [self.signals, self.bits])
        name = "llvm.x86.avx2.permps" if self.lanes == 8 else "llvm.x86.avx512.permvar.sf.512"
        permuted = b.module.declare_intrinsic(name, (), kind)
        found = []
        for part in range(2):
            place = self._load(b, wires, self.int32, start + self.line + 4 * part)
            held = self._load(b, b.add(signals, b.zext(place, self.int64)), self.signals)
            found.append(b.call(permuted, [held, lanes]))
        return b.select(b.icmp_signed("<", lanes, self._all(0)), found[1], found[0])

    def _gather(self, b: Any, signals: Any, wires: Any, start: int) -> Any:
        """What lanes read, by one instruction."""
        byte = self.ir.IntType(8)
        lines, lanes = byte.as_pointer(), self._load(b, wires, self.bits, start)
        if self.lanes == 8:
            name, last = "llvm.x86.avx2.gather.d.ps.256", byte
            every = b.bitcast(self._all(-1), self.signals)
        else:
            name, last = "llvm.x86.avx512.mask.gather.dps.512", self.int32
            every = self.ir.Constant(
                self.ir.VectorType(self.ir.IntType(1), self.lanes), [1] * self.lanes
            )
        kinds = [self.signals, lines, self.bits, every.type, last]
        kind = self.ir.FunctionType(self.signals, kinds)
        gathered = b.module.declare_intrinsic(name, (), kind)
        address = b.inttoptr(signals, lines)
        given = [self._all(0.0), address, lanes, every, self.ir.Constant(last, 1)]
        return b.call(gathered, given)

    def _one_by_one(self, b: Any, signals: Any, wires: Any, start: int) -> Any:
        """What lanes read, one by one."""
        found = self.ir.Constant(self.signals, self.ir.Undefined)
        for lane in range(self.lanes):
            place = self._load(b, wires, self.int32, start + lane * 4)
            value = self._load(b, b.add(signals, b.zext(place, self.int64)), self.float)
            found = b.insert_element(found, value, self.ir.Constant(self.int32, lane))
        return found

    def _clip(self, b: Any, z: Any, low: Any, high: Any) -> Any:
        # What is not a number stays none.
        z = b.select(b.fcmp_ordered("<", z, low), low, z)
        return b.select(b.fcmp_ordered(">", z, high), high, z)

    def _mixed(self, b: Any, x: Any) -> Any:
        for by, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
            x = b.mul(b.xor(x, b.lshr(x, self._all(by))), self._all(factor))
        return b.xor(x, b.lshr(x, self._all(16)))

    def _all(self, value: float) -> Any:
        kind = self.signals if isinstance(value, float) else self.bits
        return self.ir.Constant(kind, [value] * self.lanes)

    def _whole(self, b: Any, value: Any) -> Any:
        """A whole number in every lane."""
        first = b.insert_element(
            self._all(0), b.trunc(value, self.int32), self.ir.Constant(self.int32, 0)
        )
        return b.shuffle_vector(first, first, self._all(0))

    def _at(self, b: Any, address: Any, kind: Any, offset: int = 0) -> Any:
        place = b.add(address, self.ir.Constant(self.int64, offset)) if offset else address
        return b.inttoptr(place, self.ir.PointerType(kind))

    def _load(self, b: Any, address: Any, kind: Any, offset: int = 0) -> Any:
        return b.load(self._at(b, address, kind, offset), align=4)

    def _store(self, b: Any, value: Any, address: Any, offset: int = 0) -> None:
        b.store(value, self._at(b, address, value.type, offset), align=4)


def intrinsics() -> dict[str, Any]:
    """What Numba takes for functions of these names; all they are given are addresses and whole numbers."""
    from llvmlite import ir
    from numba import extending
    from numba.core import types

    def made(emit: Callable[[Any, Any], None], count: int) -> tuple[Any, Any]:
        def codegen(context: Any, b: Any, _signature: Any, args: Any) -> Any:
            emit(b, args)
            return context.get_dummy_value()

        return types.void(*[types.int64] * count), codegen

    code = Vectors(ir, widest(), near=permutes(), gathers=gathers())
    functions: dict[str, Any] = {
        "_copy": lambda _typing, _a, _b: made(code.copy, 2),
        "_judge": lambda _typing, _a, _b, _c: made(code.judge, 3),
        "_words": lambda _typing, _a, _b, _c: made(code.words, 3),
        "_group": lambda _typing, _a, _b, _c, _d, _e: made(code.group, 5),
        "_disturb": lambda _typing, _a, _b, _c, _d, _e: made(code.disturb, 5),
    }
    return {name: extending.intrinsic(each) for name, each in functions.items()}
