"""What the example plugins' tests share where they run together, on several processes."""

from __future__ import annotations

import os

# pytest-xdist sets it: lines are as a pipe has them.
os.environ.pop("COLUMNS", None)
