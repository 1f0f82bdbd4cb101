"""Entry points of installed packages, found without importing more than is needed.

Before `manager`. ``importlib.metadata`` brings the ``email`` package along, 10 ms, and reads what every
installed package says of itself; most installations have no plugin at all. So first the folders are
looked through for a package whose ``entry_points.txt`` names the group, and only where one does, or where
a place cannot be looked through, is the library asked.

Example:
    >>> entry_points("a-group-that-nobody-uses")
    []
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def entry_points(group: str) -> list[EntryPoint]:
    """The entry points of a group, as ``importlib.metadata`` gives them."""
    if not any(_may_have(place or os.curdir, group) for place in dict.fromkeys(sys.path)):
        return []
    from importlib.metadata import entry_points as every

    return list(every(group=group))


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
