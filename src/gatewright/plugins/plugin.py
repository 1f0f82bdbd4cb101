"""One plugin and what became of it.

Example:
    >>> plugin = Plugin("vote", "gatewright-vote", "1.0", gives={"gates": ["vote"]})
    >>> plugin.state, str(plugin)
    ('healthy', "'vote' (gatewright-vote 1.0)")
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_PROBLEMS = 20
"""Problems of one plugin that are told; ten thousand records may each be wrong."""


@dataclass(slots=True)
class Plugin:
    """One plugin and what became of it.

    Attributes:
        name: of its entry point.
        distribution: the package it came from.
        version: of that package.
        gives: names of what it gives, by kind, such as ``gates``.
        problems: why it is not healthy, one line each.
        disabled: switched off by the user.
        places: of problems in its code, where they arose: a file and a line.
    """

    name: str
    distribution: str
    version: str
    gives: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    disabled: bool = False
    places: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """``healthy``, ``faulty`` or ``disabled``."""
        return "disabled" if self.disabled else "faulty" if self.problems else "healthy"

    def given(self, kind: str) -> list[str]:
        """Names of what it gives of a kind."""
        return self.gives.get(kind, [])

    def note(self, problem: str, place: str = "") -> None:
        """Note why it is not healthy, and where in its code; of very many reasons, the first are enough."""
        if place:
            self.places[problem] = place
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append(f"it has more than these {MOST_PROBLEMS} problems")

    def told(self, problem: str) -> str:
        """A problem with its place in the plugin's code."""
        place = self.places.get(problem, "")
        return f"{problem} ({place})" if place else problem

    def __str__(self) -> str:
        return f"'{self.name}' ({self.distribution} {self.version})"
