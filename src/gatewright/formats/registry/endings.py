"""The format of a file by its ending: of ours, else of a plugin's, which may be given twice.

Example:
    >>> format_of("designs/c17.bench.gz").name, is_file("ripple-adder"), is_file("c17.aig")
    ('bench', False, True)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

from gatewright.errors import UsageError
from gatewright.formats.registry.built_in import BUILT_IN
from gatewright.formats.registry.format import FORMATS, Format
from gatewright.kinds import DISABLE

PACKED = (".gz", ".xz")
STANDARD_INPUT = "-"
"""The name of what is piped in."""


def flaws_of_format(what: Format) -> Iterator[str]:
    """What is wrong with a format that a plugin gives, as far as can be seen without a file."""
    known = {suffix: each.name for each in BUILT_IN for suffix in each.suffixes}
    if not what.suffixes:
        yield "its files have no ending"
    for suffix in what.suffixes:
        if not re.fullmatch(r"\.[a-z0-9_.-]*[a-z0-9_-]", suffix) or suffix in PACKED:
            yield f"'{suffix}' is not an ending of files, such as '.gates'"
        elif suffix in known:
            yield f"files ending in {suffix} are {known[suffix]}, which comes with Gatewright"
    if not what.reader and not what.writer:
        yield "it is neither read nor written"


def is_file(word: str) -> bool:
    """Whether a circuit's name looks like a file: it has a slash or an ending that a format has, or is ``-``."""
    if word == STANDARD_INPUT:
        return True
    if "/" in word or "\\" in word:
        return True
    suffix = _suffix(word)
    if _claiming(suffix):  # which asks the plugins
        return True
    return any(suffix in each.suffixes for each in FORMATS.contested().values())


def may_be_read(path: str) -> bool:
    """Whether a format has this ending and is read; of plugins, each may be the one."""
    return any(each.reader for each in _claiming(_suffix(path)))


def format_told(path: str) -> Format | None:
    """The format that the ending of a file says; None if it says none.

    Raises:
        UsageError: several plugins give a format of this ending, or of one name.
    """
    suffix = _suffix(path)
    found = _claiming(suffix)
    if len(found) > 1:
        raise UsageError(
            f"files ending in {suffix} are {_told(found)}",
            hint=f"switch one off, as in {DISABLE}={FORMATS.provider(found[-1].name).name}",
        )
    if not found:
        for name, each in FORMATS.contested().items():
            if suffix in each.suffixes:
                FORMATS.check_given_once(name)
    return found[0] if found else None


def writes_gates(kind: Format) -> bool:
    """Whether circuits of exact gates are written in a format."""
    return bool(kind.writer) and not kind.neural


def format_of(path: str, *, holding: Callable[[Format], bool] | None = None) -> Format:
    """The format of a file, by its ending.

    Args:
        path: of the file.
        holding: which formats hold what the file is for: the others' endings are not named.

    Raises:
        UsageError: no format has this ending, or several plugins give one.
    """
    found = format_told(path)
    if found is None:
        endings = [
            suffix for suffix, each in _by_suffix().items() if holding is None or holding(each)
        ]
        raise UsageError(
            f"{path} ends like no format that is known",
            hint=f"known endings: {', '.join(endings)}, each also with .gz or .xz",
        )
    return found


def _suffix(word: str) -> str:
    path = PurePath(word.lower())
    return PurePath(path.stem).suffix if path.suffix in PACKED else path.suffix


def _by_suffix() -> dict[str, Format]:
    return {suffix: each for each in FORMATS.values() for suffix in each.suffixes}


def _claiming(suffix: str) -> list[Format]:
    """The formats of an ending; plugins are asked only where none of ours has it."""
    ours = [each for each in BUILT_IN if suffix in each.suffixes]
    if ours or not suffix:
        return ours
    return [each for each in FORMATS.values() if suffix in each.suffixes]


def _told(found: Sequence[Format]) -> str:
    """Formats with their plugins, in words."""
    return " and ".join(f"'{each.name}' of plugin {FORMATS.foreign(each.name)}" for each in found)


def clashes() -> Iterator[tuple[str, str]]:
    """Formats that plugins give of one ending: the name of each, and what is wrong."""
    theirs = [each for each in FORMATS.values() if each not in BUILT_IN]
    for suffix in dict.fromkeys(suffix for each in theirs for suffix in each.suffixes):
        found = [each for each in theirs if suffix in each.suffixes]
        if len(found) > 1:
            for each in found:
                yield (
                    each.name,
                    f"files ending in {suffix} are {_told(found)}: neither is taken for them",
                )
