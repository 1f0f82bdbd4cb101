"""The version of the project; ``pyproject.toml`` reads it from here.

Example:
    >>> VERSION.count(".")
    2
"""

VERSION = "0.2.0"
