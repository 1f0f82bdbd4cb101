"""Every error a user can meet: what is wrong, what was expected, what to do next.

The first room of the house: everything else imports it, it imports nothing. A program may print
an error as one line and exit with its ``exit_code``; a library user catches `GatewrightError`.

Example:
    >>> raise UnknownGateError("no gate 'xro'", hint="did you mean 'xor'?")
    Traceback (most recent call last):
        ...
    gatewright.errors.UnknownGateError: no gate 'xro'; did you mean 'xor'?
"""

from __future__ import annotations

from typing import Self


class Hint(str):
    """What to try next, in the words of the library, for which the command line has words of its own.

    Args:
        text: without a full stop.
        about: by which the command line finds its words.
        facts: what those words name, as a gate or a seed.

    Example:
        >>> hint = Hint("train it again", "train again", gate="xor")
        >>> hint, hint.about, hint.facts
        ('train it again', 'train again', {'gate': 'xor'})
    """

    about: str
    facts: dict[str, object]

    def __new__(cls, text: str, about: str = "", **facts: object) -> Self:  # noqa: D102 - see the class
        made = super().__new__(cls, text)
        made.about, made.facts = about, facts
        return made


class GatewrightError(Exception):
    """What every error of the project is.

    Args:
        message: what is wrong and what was expected, without a full stop.
        hint: what to try next, without a full stop.

    Example:
        >>> str(GatewrightError("no gate 'xro'", hint="did you mean 'xor'?"))
        "no gate 'xro'; did you mean 'xor'?"
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message}; {hint}" if hint else message)


LONGEST_REASON = 500
"""Most characters of a message from other people's code."""


def reason(error: BaseException) -> str:
    r"""The kind and the text of an error of other people's code, on one line.

    Example:
        >>> reason(ValueError("two\n  lines"))
        'ValueError: two lines'
    """
    try:
        text = " ".join(str(error).split())
    except KeyboardInterrupt:  # the user's own
        raise
    except BaseException:  # noqa: BLE001 - even its text is a plugin's code
        text = ""
    if len(text) > LONGEST_REASON:
        text = f"{text[:LONGEST_REASON]} …"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def failure(error: BaseException) -> str:
    """The kind and the text of an error, and where in other people's code it arose, on one line.

    Example:
        >>> failure(ValueError("burnt out"))
        'ValueError: burnt out'
    """
    place = whereabouts(error)
    return f"{reason(error)} ({place})" if place else reason(error)


def whereabouts(error: BaseException) -> str:
    """Where other people's code failed, as ``/home/you/vote.py, line 12``; empty where none of it is there.

    Ours and that of the interpreter and of numpy and pluggy is passed over: the last line of what is left.
    """
    import sysconfig
    from pathlib import Path

    ours = Path(__file__).parent
    library = Path(sysconfig.get_path("stdlib"))
    found, trace = "", error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        path = Path(name)
        theirs = not name.startswith("<") and ours not in path.parents
        inner = library in path.parents and "site-packages" not in path.parts
        if theirs and not inner and not {"numpy", "pluggy"}.intersection(path.parts):
            found = f"{name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found


class UsageError(GatewrightError):
    """A call whose arguments do not fit: a parameter, a bus value, a file."""


class TableError(GatewrightError):
    """A truth table that cannot be one."""


class SpecError(GatewrightError):
    """A gate or circuit definition that does not hold together."""


class RecipeError(GatewrightError):
    """A recipe whose values do not fit each other or the gate."""


class NetlistError(GatewrightError):
    """A netlist that is not a circuit: an undriven, doubly driven or cyclic net, a wrong port."""


class StoreError(GatewrightError):
    """A stored gate or a store that cannot be used; nothing was loaded, changed or deleted."""


class UnreadableError(StoreError):
    """A file of a store that is damaged, or not a file of a store at all."""


class NotLearnedError(GatewrightError):
    """No restart of a training reached its target."""

    exit_code = 1


class UnknownGateError(GatewrightError):
    """A gate that no plugin provides, or that two provide."""

    exit_code = 3


class UnknownRecipeError(GatewrightError):
    """A recipe that is neither a file nor provided by a plugin, or that two provide."""

    exit_code = 3


class UnknownCircuitError(GatewrightError):
    """A circuit builder that no plugin provides, or that two provide."""

    exit_code = 3


class FormatError(GatewrightError):
    """A file that is not what its format asks for; the message begins with file, line and column."""
