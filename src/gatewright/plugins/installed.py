"""Entry points of installed packages, found without importing more than is needed.

``importlib.metadata`` brings the ``email`` package along, 10 ms, and reads what every installed package says
of itself; most installations have no plugin at all. So first the folders are looked through for a package
whose ``entry_points.txt`` names the group, and only where one does, or where a place cannot be looked
through, is the library asked. A package whose files are damaged is named like a plugin that cannot be loaded.

Example:
    >>> entry_points("a-group-that-nobody-uses")
    []
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from gatewright.errors import SpecError, reason
from gatewright.records import dataclass

if TYPE_CHECKING:
    from importlib.metadata import Distribution


@dataclass(frozen=True, slots=True)
class Found:
    """An entry point, and the package that it came from.

    Attributes:
        name: of the entry point.
        value: what it names.
        distribution: the package.
        version: of the package.
        load: imports what it names.
    """

    name: str
    value: str
    distribution: str
    version: str
    load: Callable[[], Any]


def entry_points(group: str) -> list[Found]:
    """The entry points of a group in every installed package."""
    if not any(_may_have(place or os.curdir, group) for place in dict.fromkeys(sys.path)):
        return []
    from importlib.metadata import distributions

    seen: set[str] = set()
    found: list[Found] = []
    for package in distributions():
        path = str(getattr(package, "_path", ""))
        name = os.path.basename(path).removesuffix(".dist-info").removesuffix(".egg-info")
        name = name.partition("-")[0]
        if name not in seen:  # of two on the path, the first is the one that is imported
            seen.add(name)
            found += _of_package(package, name, group, path)
    return found


def _of_package(package: Distribution, name: str, group: str, path: str) -> Iterator[Found]:
    try:
        points = list(package.entry_points.select(group=group))
    except Exception as error:  # noqa: BLE001 - whatever the library meets in a damaged file
        if _names(path, f"[{group}]".encode()):
            file = os.path.join(path, "entry_points.txt")
            yield Found(name, "", name, "?", partial(_damaged, file, reason(error)))
        return
    for point in points:
        about = _said(package, "name") or name, _said(package, "version") or "?"
        yield Found(point.name, point.value, *about, point.load)


def _said(package: Distribution, what: str) -> str:
    """What a package says of itself, or nothing where that is damaged or missing."""
    try:
        given = package.metadata[what]
    except Exception:  # noqa: BLE001 - whatever the library meets in a damaged file
        return ""
    return str(given) if given else ""


def _damaged(file: str, why: str) -> NoReturn:
    raise SpecError(f"{file} is damaged: {why}")


def _may_have(place: str, group: str) -> bool:
    """Whether a place on the path may hold a package with entry points of a group."""
    header = f"[{group}]".encode()
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith(_EGGS):
                    return True  # an old form: let the library look into it
                if entry.name.endswith(_INFOS) and _names(entry.path, header):
                    return True
    except FileNotFoundError:
        return False
    except OSError:  # a zip file, for one
        return True
    return False


_INFOS = (".dist-info", ".egg-info")
_EGGS = (".egg", ".egg-link")


def _names(folder: str, header: bytes) -> bool:
    try:
        with open(os.path.join(folder, "entry_points.txt"), "rb") as file:
            return header in file.read()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
