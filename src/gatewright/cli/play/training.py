"""A training that is looked at: the real one, step by step, which can wait, go on by one step, and be stopped."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gatewright.cli.play.frames import frame, plain
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.arrays import Floats
    from gatewright.cli.play.asked import Asked
    from gatewright.gates.trained import TrainedGate
    from gatewright.gates.training.attempt import Attempt
    from gatewright.learn.fit import Progress
    from gatewright.learn.network import Architecture

Tell = Callable[[Mapping[str, Any]], None]

AT_ONCE = 48
"""Steps of a training that are shown however fast they come; then as many as the eye can follow."""

APART = 0.05
"""Seconds between two steps that are shown of a training that goes as fast as it can."""

BEAT = 1.0
"""Seconds after which a page hears from a training that waits, so that one that has gone is noticed."""

FASTEST = 1000.0
"""Steps a second above which nothing is waited for."""


class StoppedError(Exception):
    """A training was stopped."""


class Pace:
    """How fast a training goes; set from other threads than its own.

    Args:
        speed: steps a second; 0 for as many as there are.
    """

    def __init__(self, speed: float = 0.0) -> None:
        self._changed = threading.Condition()
        self._speed, self._waits, self._steps, self._stopped = speed, False, 0, False
        self._went = 0.0

    def set(self, action: str, speed: float | None = None) -> None:
        """Change it.

        Args:
            action: ``stop``, ``pause``, ``step``, ``go``; or nothing, to change the speed alone.
            speed: as above.
        """
        with self._changed:
            if speed is not None:
                self._speed = speed
            self._stopped |= action == "stop"
            if action == "step":
                self._waits, self._steps = True, self._steps + 1
            elif action:
                self._waits = action == "pause"
            self._changed.notify_all()

    @property
    def shows_all(self) -> bool:
        """Whether every step is to be shown."""
        return self._waits or 0 < self._speed <= 1 / APART

    def wait(self, beat: Callable[[], None]) -> None:
        """Wait until the next step may be made.

        Args:
            beat: called now and then while it waits.

        Raises:
            StoppedError: there is to be none.
        """
        with self._changed:
            while (left := self._left()) > 0:
                if not self._changed.wait(min(left, BEAT)) and left >= BEAT:
                    beat()
            self._went = time.monotonic()

    def _left(self) -> float:
        """Seconds until the next step; none where it may be made now.

        Raises:
            StoppedError: there is to be none.
        """
        if self._stopped:
            raise StoppedError
        if self._waits:
            if not self._steps:
                return BEAT
            self._steps -= 1
            return 0.0
        if not 0 < self._speed < FASTEST:
            return 0.0
        return self._went + 1 / self._speed - time.monotonic()


@dataclass
class Follower:
    """Looks at a training, and tells of the restart that is ahead.

    Attributes:
        asked: the training.
        pace: how fast it goes.
        tell: called with each moment that is shown.
        turn: how often it has begun anew: with other boxes, another size, or from what was learned before.
        step: steps told so far.
    """

    asked: Asked
    pace: Pace
    tell: Tell
    turn: int = 0
    step: int = 0
    _epoch: int = -1
    _shown: int = 0
    _last: float = 0.0
    _turns: list[dict[int, float]] = field(default_factory=list)
    _losses: dict[int, float] = field(default_factory=dict)
    _thetas: dict[int, Floats] = field(default_factory=dict)
    _architecture: Architecture | None = None
    _latest: dict[str, Any] | None = None

    def __call__(self, progress: Progress) -> None:
        """Take a step of the training."""
        if progress.epoch <= self._epoch or progress.architecture != self._architecture:
            self._anew(progress.architecture)
        self._epoch, state = progress.epoch, progress.state
        self.step += 1
        for place, restart in enumerate(state.restart.tolist()):
            self._losses[restart] = float(state.loss[place])
            self._thetas[restart] = state.theta[place]
        now = time.monotonic()
        due = now - self._last >= APART or self._shown < AT_ONCE or self.pace.shows_all
        self._latest = None if due else self._moment(progress)
        if due:
            self._show(self._moment(progress))
            self._last, self._shown = now, self._shown + 1
        self.pace.wait(lambda: self.tell({"kind": "beat"}))

    def finish(self) -> None:
        """Tell of the last step, where it was not shown."""
        if self._latest is not None:
            self._show(self._latest)
            self._latest = None

    def _anew(self, architecture: Architecture) -> None:
        self.finish()
        self.turn, self._shown, self._architecture = self.turn + 1, 0, architecture
        self._losses, self._thetas = {}, {}
        self._turns.append(self._losses)

    def turn_of(self, restart: int, loss: float) -> int | None:
        """The last turn in which a restart ended at a loss; none where there was no such turn."""
        for turn in range(len(self._turns), 0, -1):
            if self._turns[turn - 1].get(restart) == loss:
                return turn
        return None

    def _moment(self, progress: Progress) -> dict[str, Any]:
        """What is known at a moment; the picture of it is made only if it is shown."""
        losses = self._losses
        ahead = min(
            losses, key=lambda each: losses[each] if math.isfinite(losses[each]) else math.inf
        )
        return {
            "kind": "step",
            "turn": self.turn,
            "step": self.step,
            "epoch": progress.epoch,
            "epochs": progress.epochs,
            "solved": progress.solved,
            "restarts": progress.restarts,
            "ahead": ahead,
            "loss": losses[ahead],
            "losses": [losses.get(each, math.nan) for each in range(max(losses) + 1)],
            "network": (self._architecture, self._thetas[ahead]),
        }

    def _show(self, moment: dict[str, Any]) -> None:
        import numpy as np

        architecture, theta = moment.pop("network")
        losses = plain(np.array(moment["losses"]))
        loss = plain(np.array([moment["loss"]]))[0]
        told = f"{moment['loss']:.6g}"
        shown = {"losses": losses, "loss": loss, "loss_told": told}
        self.tell({**moment, **shown, **frame(self.asked.spec, architecture, theta)})


def learn(asked: Asked, pace: Pace, tell: Tell) -> tuple[Attempt, TrainedGate, int | None]:
    """Run a training, tell of each step that is shown, and in the end of the gate.

    Args:
        asked: the training.
        pace: how fast it goes.
        tell: called with each moment: a ``step``, ``proving``, a ``beat`` while it waits.

    Returns:
        What was attempted, the gate, and the turn in which its restart learned; none where it was not told of.

    Raises:
        StoppedError: it was stopped.
        GatewrightError: the gate was not learned, or not as was insisted on.
    """
    from gatewright.cli.gates.training.train import insist
    from gatewright.gates.training.attempt import attempt
    from gatewright.gates.training.dataset import Dataset
    from gatewright.gates.training.train import chosen

    spec, recipe, seed = asked.spec, asked.recipe, asked.seed
    follower = Follower(asked, pace, tell)
    made = attempt(Dataset.of_gate(spec), recipe, seed=seed, watch=follower)
    follower.finish()
    tell({"kind": "proving"})
    gate = chosen(spec, recipe, seed, made, watch=follower)
    follower.finish()
    insist(gate, asked.choices)
    return made, gate, follower.turn_of(gate.figures.restart, loss_of(gate))


def loss_of(gate: TrainedGate) -> float:
    """The loss at which the restart of a gate that was trained just now ended, before it was hardened."""
    return math.nan if gate.history is None else float(gate.history.loss[-1, gate.figures.restart])


class Trainings:
    """The trainings that run, by their names.

    Args:
        most: that may run at once.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._running: dict[str, Pace] = {}

    @contextmanager
    def running(self, name: str, pace: Pace) -> Iterator[None]:
        """While one runs.

        Raises:
            UsageError: too many do.
        """
        with self._lock:
            if len(self._running) >= self._most:
                raise UsageError(
                    f"{self._most} trainings are running, and no more do at once",
                    hint="stop one of them, perhaps in another tab",
                )
            self._running[name] = pace
        try:
            yield
        finally:
            with self._lock:
                del self._running[name]

    def pace(self, name: str) -> Pace | None:
        """How fast a training goes; none where it does not run."""
        with self._lock:
            return self._running.get(name)

    def stop(self) -> None:
        """Stop all."""
        with self._lock:
            for pace in self._running.values():
                pace.set("stop")
