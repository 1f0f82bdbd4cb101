"""Reads pictures back: marks by what they are, and numbers by where they lie in their frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from gatewright.arrays import Floats
from gatewright.draw.picture import Picture

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Mark:
    """One element: its tag, its attributes, its words and its tooltip."""

    tag: str
    attributes: dict[str, str]
    words: str
    title: str

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def number(self, name: str) -> float:
        return float(self.attributes.get(name, "0"))

    @property
    def points(self) -> Floats:
        """The corners of a path of straight lines, shape (n, 2)."""
        found: list[tuple[float, float]] = []
        for letter, words in re.findall(r"([MLHV])([-+. \de]+)", self.attributes["d"]):
            numbers = [float(word) for word in words.split()]
            if letter == "H":
                numbers = [numbers[0], found[-1][1]]
            elif letter == "V":
                numbers = [found[-1][0], numbers[0]]
            found.append((numbers[0], numbers[1]))
        return np.array(found)

    @property
    def rectangles(self) -> Iterator[tuple[float, float, float, float]]:
        """Left, top, right and bottom of every rectangle of a path made of them."""
        for x, y, wide, deep in re.findall(r"M([-.\d]+) ([-.\d]+)h([-.\d]+)v([-.\d]+)", self["d"]):
            yield float(x), float(y), float(x) + float(wide), float(y) + float(deep)


@dataclass(frozen=True)
class Frame:
    """One plot of a picture, with the numbers at its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left - 1 <= x <= self.right + 1 and self.top - 1 <= y <= self.bottom + 1


class Drawing:
    """A picture, read."""

    def __init__(self, picture: Picture) -> None:
        root = ET.fromstring(picture.svg)  # noqa: S314 - our own text
        assert root.tag == f"{SVG}svg"
        self.box = [float(each) for each in root.attrib["viewBox"].split()]
        self.every: list[Mark] = []
        for element in root.iter():
            if element.tag in (f"{SVG}svg", f"{SVG}title", f"{SVG}style"):
                continue
            inner = element.find(f"{SVG}title")
            title = "" if inner is None else inner.text or ""
            words = "".join(element.itertext()).removeprefix(title)
            self.every.append(Mark(element.tag.removeprefix(SVG), element.attrib, words, title))

    def marks(self, kind: str) -> list[Mark]:
        """Every mark of a kind, in the order they are drawn."""
        return [
            mark for mark in self.every if f"gw-{kind}" in mark.attributes.get("class", "").split()
        ]

    @property
    def words(self) -> list[str]:
        return [mark.words for mark in self.every if mark.tag == "text"]

    @property
    def frames(self) -> list[Frame]:
        return [
            Frame(
                mark.number("x"),
                mark.number("y"),
                mark.number("x") + mark.number("width"),
                mark.number("y") + mark.number("height"),
            )
            for mark in self.marks("frame")
        ]

    def ticks(self, frame: Frame, along: str) -> dict[float, float]:
        """The numbers at a frame's axis, and where they stand."""
        found = {}
        for mark in self.marks(f"{along}-tick"):
            x, y = mark.number("x"), mark.number("y")
            below = frame.bottom < y < frame.bottom + 30 and frame.left - 1 <= x <= frame.right + 1
            beside = frame.left - 30 < x < frame.left and frame.top <= y <= frame.bottom + 6
            if below if along == "x" else beside:
                found[float(mark.words.replace("−", "-"))] = x if along == "x" else y - 5
        return found

    def value(self, frame: Frame, along: str, at: Floats, *, log: bool = False) -> Floats:
        """The numbers that lie at places along an axis, by its ticks."""
        ticks = self.ticks(frame, along)
        (first, start), *_, (last, end) = sorted(ticks.items())
        share = (at - start) / (end - start)
        if log:
            return np.asarray(first * (last / first) ** share)
        return np.asarray(first + share * (last - first))

    def within(self, frame: Frame, kind: str) -> list[Mark]:
        """The marks of a kind that begin in a frame."""
        found = []
        for mark in self.marks(kind):
            x, y = (
                mark.points[0]
                if "d" in mark.attributes
                else (
                    mark.number("cx") or mark.number("x"),
                    mark.number("cy") or mark.number("y"),
                )
            )
            if frame.holds(float(x), float(y)):
                found.append(mark)
        return found


@pytest.fixture(scope="session")
def read() -> Callable[[Picture], Drawing]:
    """Reads a picture."""
    return Drawing
