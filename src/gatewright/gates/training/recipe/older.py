"""The names that keys of recipes had in earlier versions, which are still read.

Example:
    >>> with_todays_names({"layers": [2], "spread": 0.45})
    {'layers': [2], 'box_radius': 0.45}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OLDER_NAMES = {"spread": "box_radius", "early": "early_stopping", "start": "init"}
"""What keys were called by versions before 0.2."""


def with_todays_names(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The same values under the names that keys have today; a key that is there under both keeps the old.

    A slip to learn from was a key of recipes; it is an optimiser now.
    """
    values = {
        today if (today := OLDER_NAMES.get(key, key)) == key or today not in plain else key: value
        for key, value in plain.items()
    }
    if values.get("slip") is False:
        del values["slip"]
    optimiser = values.get("optimiser")
    if values.get("slip") is True and isinstance(optimiser, Mapping):
        values["optimiser"] = {**optimiser, "name": f"{optimiser.get('name')}-slip"}
        del values["slip"]
    return values
