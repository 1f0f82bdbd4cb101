"""A state table: what a machine of named states gives and where it goes, input by input.

A transition holds for a product of inputs; those of one state may overlap where they agree. What no transition
says, an input in some state, is open: the machine then gives 0 and goes to its reset state. There it goes, too,
where a transition leaves the next state open; an output that is left open is 0.

Example:
    >>> toggle = StateTable(("t",), ("on",), [("0", "off", "off", "0"), ("1", "off", "on", "0"),
    ...                                       ("0", "on", "on", "1"), ("1", "on", "off", "1")])
    >>> toggle.states, toggle.cycle(None, {"t": 1}), toggle.cycle("on", {"t": 1})
    (('off', 'on'), ('on', {'on': 0}), ('off', {'on': 1}))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from gatewright.logic.cover import cube
from gatewright.logic.numerals import counted
from gatewright.logic.states.transitions import (
    OPEN,
    Flaw,
    Rows,
    StateTableError,
    Transition,
    contradictions,
    misfits,
    uncovered,
)

MOST_STATES, MOST_ROWS = 4096, 100_000
"""Of a table; a row of any state counts once for each."""

_LOOKS = 200_000
"""Products that are looked at, to count what is open in a state."""


class StateTable:
    """A machine of states, as G. H. Mealy has it (1955): its outputs depend on its state and on its inputs.

    Attributes:
        inputs: their names.
        outputs: their names, at least one.
        rows: its transitions; those of any state stand for one of each.
        reset: the state that it begins in.
        states: all of them, the reset state first.

    Args:
        inputs: their names.
        outputs: their names.
        rows: inputs, state, next state and outputs of each transition, as in ``("1-", "idle", "busy", "0")``.
        reset: by default the state of the first transition.

    Raises:
        StateTableError: a transition does not fit, or contradicts another; or there is none.

    Example:
        >>> StateTable((), ("y",), [("", "a", "b", "0"), ("", "b", "a", "1")]).reset
        'a'
    """

    def __init__(
        self,
        inputs: Sequence[str],
        outputs: Sequence[str],
        rows: Iterable[Transition | tuple[str, str, str, str]],
        reset: str = "",
    ) -> None:
        listed = list(_transitions(rows))
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        named = [each for row in listed for each in (row.state, row.following) if each != OPEN]
        self.reset = reset or next(iter(named), "")
        self.states = tuple(dict.fromkeys((self.reset, *named)))
        refuse(self._sizes(listed, reset))
        refuse(misfits(listed, len(self.inputs), len(self.outputs)))
        self.rows = tuple(_of_each(listed, self.states))
        refuse(contradictions(self._of))

    def __repr__(self) -> str:
        return f"<StateTable of {len(self.states)} states, {len(self.rows)} transitions>"

    def cycle(self, state: str | None, values: Mapping[str, int]) -> tuple[str, dict[str, int]]:
        """What the machine does in one cycle.

        Args:
            state: that it is in; None at first.
            values: a bit for every input.

        Returns:
            The next state, and a bit for every output.
        """
        bits = sum(values[name] << place for place, name in enumerate(self.inputs))
        following, given = OPEN, dict.fromkeys(self.outputs, 0)
        for (ones, zeros), row in self._of[state or self.reset]:
            if bits & ones == ones and not bits & zeros:
                following = row.following if following == OPEN else following
                given.update(
                    (name, 1)
                    for name, sign in zip(self.outputs, row.outputs, strict=True)
                    if sign == "1"
                )
        return self.reset if following == OPEN else following, given

    def open_inputs(self, state: str) -> int | None:
        """How many patterns of inputs have no transition in a state; None if that takes too long to count."""
        return uncovered([each for each, _ in self._of[state]], len(self.inputs), _LOOKS)

    def terms(self, wanted: Callable[[Transition], bool]) -> list[tuple[str, str]]:
        """Where something is so: products of inputs, each with its state, of the transitions that are as wanted.

        A state all of whose transitions are, and in which no input is open, stands there once, for any input.
        """
        found: list[tuple[str, str]] = []
        for state, rows in self._of.items():
            some = [row.inputs for _, row in rows if wanted(row)]
            if len(some) == len(rows) > 1 and self._open[state] == 0:
                some = ["-" * len(self.inputs)]
            found += [(inputs, state) for inputs in dict.fromkeys(some)]
        return found

    def remarks(self) -> Iterator[str]:
        """What the table leaves open, and what the machine does there, a clause each."""
        does = f"there it gives 0 and goes to '{self.reset}'"
        counts = [each for each in self._open.values() if each is not None]
        if len(counts) < len(self._open):
            yield f"what has no transition could not be counted: {does}"
        elif any(counts):
            every = counted(len(self.states) << len(self.inputs), "pair")
            without = f"{sum(counts)} of {every} of a state and an input have no transition"
            yield f"{without}, in {counted(sum(map(bool, counts)), 'state')}: {does}"
        rows = sum(row.following == OPEN for row in self.rows)
        if rows:
            yield f"{counted(rows, 'transition')} without a next state: it is '{self.reset}'"
        loose = sum(row.outputs.count("-") for row in self.rows)
        if loose:
            yield f"{counted(loose, 'output')} of transitions left open: 0"

    @cached_property
    def _of(self) -> Rows:
        found: dict[str, list[tuple[tuple[int, int], Transition]]] = {
            each: [] for each in self.states
        }
        for row in self.rows:
            found[row.state].append((cube(row.inputs), row))
        return found

    @cached_property
    def _open(self) -> dict[str, int | None]:
        return {state: self.open_inputs(state) for state in self.states}

    def _sizes(self, rows: Sequence[Transition], reset: str) -> Iterator[Flaw]:
        """What is wrong with the table as a whole."""
        if not self.outputs or not rows:
            yield Flaw(None, f"has no {'transitions' if self.outputs else 'outputs'}", "give some")
        if len(self.states) > MOST_STATES:
            yield Flaw(None, f"has more than {MOST_STATES} states", "split the machine")
        if sum(len(self.states) if row.state == OPEN else 1 for row in rows) > MOST_ROWS:
            yield Flaw(None, f"has more than {MOST_ROWS} transitions", "split the machine")
        if reset and not any(row.state in (reset, OPEN) for row in rows):
            yield Flaw(
                None, f"has no transition of its reset state '{reset}'", "name one of its states"
            )


def _transitions(rows: Iterable[Sequence[object]]) -> Iterator[Transition]:
    """Rows as transitions.

    Raises:
        StateTableError: one is something else.
    """
    if not isinstance(rows, Iterable):
        text = f"has {rows!r} for transitions, and several are expected"
        raise StateTableError(Flaw(None, text, "give a list of rows"))
    for row in rows:
        texts = tuple(row)[:4] if isinstance(row, Iterable) else ()
        if len(texts) < 4 or not all(isinstance(each, str) for each in texts):
            hint = 'as in ("1-", "idle", "busy", "0")'
            text = f"has {row!r}, which is not four texts: inputs, state, next state, outputs"
            raise StateTableError(Flaw(None, text, hint))
        inputs, state, following, outputs = map(str, texts)
        line = row.line if isinstance(row, Transition) else 0
        yield Transition(inputs, state, following, outputs, line)


def refuse(flaws: Iterator[Flaw]) -> None:
    """Raise the first of some flaws.

    Raises:
        StateTableError: there is one.
    """
    for flaw in flaws:
        raise StateTableError(flaw)


def _of_each(rows: Iterable[Transition], states: Sequence[str]) -> Iterator[Transition]:
    """Transitions of any state as one of each."""
    for row in rows:
        for state in states if row.state == OPEN else (row.state,):
            yield row._replace(state=state)
