r"""Text from outside, made fit to be shown: on a terminal, in a shell command, in a page, in a comment.

Names of nets, files and plugins may hold anything: escape sequences that steer a terminal, characters that turn
the order of a line around (Trojan Source, CVE-2021-42574), line breaks that forge a second line, halves of
characters that no file can hold. What Python calls unprintable is shown by its escape, and nothing else changes.

Example:
    >>> visible("sum\x1b[2J\u202e"), visible("Größe 和")
    ('sum\\x1b[2J\\u202e', 'Größe 和')
    >>> print(shell_word("adder.blif"), shell_word("my adder.blif"), shell_word("a\n'b'"))
    adder.blif 'my adder.blif' $'a\x0a\'b\''
    >>> markup("1GAT<0>\x07")
    '1GAT&lt;0&gt;\\x07'
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

# Characters of a name, and names, that are compared: a file may have a million names of 65 536 characters.
_LONG, _MANY = 100, 20_000

_SIGNS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def visible(text: str) -> str:
    r"""One line of printable characters; any other is shown by its escape, as in ``\x1b``."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def shell_word(word: str) -> str:
    """A word for a shell command that can be copied: of printable characters, quoted if it must be."""
    import shlex

    if word.isprintable():
        return shlex.quote(word)
    try:
        encoded = os.fsencode(word)
    except UnicodeEncodeError:  # no file can have this name
        return shlex.quote(visible(word))
    plain = (chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}" for byte in encoded)
    marked = (f"\\{each}" if each in ("'", "\\") else each for each in plain)
    return f"$'{''.join(marked)}'"


def markup(text: str) -> str:
    """Text as XML and HTML can hold it, in an element or in quotes.

    Some characters XML cannot hold at all, not even as references, and HTML shows none of them.
    """
    return visible(text).translate(_SIGNS)


def unused(name: str, taken: set[str], mark: str = "~") -> str:
    """A name that is not taken, made by adding marks to one; it is taken from now on."""
    while name in taken:
        name += mark
    taken.add(name)
    return name


def a_kind(value: object) -> str:
    """The type of a value in words, as in ``an int``."""
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def nearest(name: str, names: Iterable[str]) -> str:
    """The name most like another one; empty if none is, and of names too long to be compared at once."""
    import difflib

    if len(name) > _LONG:
        return ""
    some = [each for each in islice(names, _MANY) if len(each) <= _LONG]
    return next(iter(difflib.get_close_matches(name, some, n=1)), "")


def did_you_mean(name: str, names: Iterable[str], otherwise: str) -> str:
    """A hint for a misspelt name: the nearest there is, or ``otherwise``."""
    near = nearest(name, names)
    return f"did you mean '{near}'?" if near else otherwise


def nothing_drives(net: str, driven: Iterable[str]) -> str:
    """A hint for a net without a driver: one that may be meant, and what to do.

    Names that differ in their numbers alone are of different nets.

    Example:
        >>> nothing_drives("cary", ["carry", "sum"])
        "did you mean 'carry'? else make it an input, or give it a driver"
        >>> nothing_drives("n12", ["n13"])
        'make it an input, or give it a driver'
    """
    bare = re.sub(r"\d", "", net)
    near = nearest(net, (each for each in driven if re.sub(r"\d", "", each) != bare))
    meant = f"did you mean '{near}'? else " if near else ""
    return f"{meant}make it an input, or give it a driver"


def listed(names: Sequence[str]) -> str:
    """The first eight names, and a sign that there are more.

    Example:
        >>> listed(["a", "b"])
        'a, b'
    """
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")


SYNONYMS = {
    "sigmoid": "logistic",
    "linear": "identity",
    "hard-sigmoid": "clipped",
    "hardtanh": "clipped",
    "bce": "cross-entropy",
    "binary-cross-entropy": "cross-entropy",
    "crossentropy": "cross-entropy",
    "log-loss": "cross-entropy",
    "l2": "mse",
    "mean-squared-error": "mse",
    "sse": "half-sse",
    "sgd": "online",
    "batch": "gd",
    "gradient-descent": "gd",
    "levenberg-marquardt": "lm",
    "bfgs": "lbfgs",
    "l-bfgs": "lbfgs",
    "xavier": "glorot",
    "kaiming": "he",
    "gaussian": "normal",
}
"""What other programs call what has another name here."""


def named_here(name: str, names: Iterable[str]) -> str:
    """A hint for a name that other programs use, for one that is misspelt, or else all there are.

    Example:
        >>> named_here("sigmoid", ["logistic", "tanh"]), named_here("tahn", ["logistic", "tanh"])
        ("'sigmoid' is called 'logistic' here", "did you mean 'tanh'?")
    """
    known = list(names)
    here = SYNONYMS.get(name.lower().replace("_", "-").replace(" ", "-"), "")
    if here in known:
        return f"'{name}' is called '{here}' here"
    return did_you_mean(name, known, f"choose one of {', '.join(known)}")


def comment_lines(text: str, sign: str = "") -> Iterator[str]:
    """A comment for a file of source text: its lines, each after ``sign``."""
    for line in text.splitlines():
        yield f"{sign} {visible(line)}" if sign else visible(line)
