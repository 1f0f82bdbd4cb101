"""A file of XML as its root, refused where it defines entities, which could make it vast.

Example:
    >>> root(Source("a.dig", b"<circuit><version>1</version></circuit>"), "circuit").tag
    'circuit'
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gatewright.formats.model.source import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ENTITIES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def root(source: Source, tag: str) -> Element:
    """The root of a file.

    Raises:
        FormatError: it is not XML, or of another root.
    """
    from xml.etree import ElementTree

    if _ENTITIES.search(source.data):
        raise source.refuse(0, "", "defines entities of its own, which are not read")
    try:
        found = ElementTree.fromstring(source.data)  # noqa: S314 - without entities of its own
    except ElementTree.ParseError as error:
        line, column = error.position
        what = f"is not XML here: {error.msg.partition(':')[0]}"
        raise source.refuse(line, "", what, "it is damaged or cut off", column=column + 1) from None
    if found.tag != tag:
        raise source.refuse(0, "", f"begins with <{found.tag}>", f"expected <{tag}>")
    return found
