"""The learners that `learners.py` sets ours beside: each as a user of it would write it.

A peer is given a task, how many starts, and a seed; it answers how many starts learned the gate: every
output within `NEAR` of its bit. A start ends as soon as that is so (where the peer lets one look), or
after a number of steps. Learning rates and numbers of steps are those of a sweep over each peer and
gate that gave the least time a successful gate.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from gatewright.arrays import Floats

NEAR = 0.05
LOOK = 10  # steps between looks, where a look costs as much as half a step


@dataclass(frozen=True, slots=True)
class Task:
    """A gate to learn with one hidden layer: x (rows, inputs), y (rows, outputs)."""

    name: str
    x: Floats
    y: Floats
    hidden: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        return self.x.shape[1], self.hidden, self.y.shape[1]

    def learned(self, outputs: Floats) -> bool:
        return bool(np.abs(outputs - self.y).max() <= NEAR)


@dataclass(frozen=True, slots=True)
class Settings:
    """Learning rate, most steps a start is given, standard deviation of starting weights (0: the peer's own)."""

    rate: float
    steps: int
    spread: float = 0.0


def logistic(z: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-z)))


def numpy_loop(task: Task, settings: Settings, starts: int, seed: int) -> int:
    """Gradient descent on the cross-entropy."""
    generator = np.random.default_rng(seed)
    inputs, hidden, outputs = task.sizes
    x, y, rate, successes = task.x, task.y, settings.rate / len(task.x), 0
    for _ in range(starts):
        w1 = settings.spread * generator.standard_normal((inputs, hidden))
        w2 = settings.spread * generator.standard_normal((hidden, outputs))
        b1, b2 = np.zeros(hidden), np.zeros(outputs)
        for step in range(settings.steps):
            h = logistic(x @ w1 + b1)
            a = logistic(h @ w2 + b2)
            if step % LOOK == 0 and task.learned(a):
                successes += 1
                break
            delta = a - y
            below = delta @ w2.T * h * (1.0 - h)
            w2 -= rate * h.T @ delta
            b2 -= rate * delta.sum(0)
            w1 -= rate * x.T @ below
            b1 -= rate * below.sum(0)
    return successes


def scipy_least_squares(task: Task, settings: Settings, starts: int, seed: int) -> int:
    """Trust region reflective, with the exact Jacobian; MINPACK's lm wants more rows than parameters."""
    from scipy.optimize import least_squares

    generator = np.random.default_rng(seed)
    inputs, hidden, outputs = task.sizes
    x, y, rows = task.x, task.y, len(task.x)
    ends = np.cumsum([inputs * hidden, hidden, hidden * outputs])
    which = np.arange(outputs)

    class LearnedError(Exception):
        pass

    def layers(theta: Floats) -> tuple[Floats, Floats, Floats]:
        w1, b1, w2, b2 = np.split(theta, ends)
        w2 = w2.reshape(hidden, outputs)
        h = logistic(x @ w1.reshape(inputs, hidden) + b1)
        return w2, h, logistic(h @ w2 + b2)

    def residuals(theta: Floats) -> Floats:
        a = layers(theta)[2]
        if task.learned(a):
            raise LearnedError
        return (a - y).ravel()

    def jacobian(theta: Floats) -> Floats:
        w2, h, a = layers(theta)
        slope = a * (1.0 - a)
        below = slope[:, :, None] * w2.T * (h * (1.0 - h))[:, None, :]
        upper = np.zeros((rows, outputs, hidden, outputs))
        upper[:, which, :, which] = (slope[:, :, None] * h[:, None, :]).swapaxes(0, 1)
        last = np.zeros((rows, outputs, outputs))
        last[:, which, which] = slope
        lower = x[:, None, :, None] * below[:, :, None, :]
        parts = (lower, below, upper, last)
        return np.concatenate([part.reshape(rows * outputs, -1) for part in parts], axis=1)

    successes = 0
    for _ in range(starts):
        theta = settings.spread * generator.standard_normal(ends[-1] + outputs)
        try:
            least_squares(residuals, theta, jacobian, max_nfev=settings.steps)
        except LearnedError:
            successes += 1
    return successes


def scikit_learn(task: Task, settings: Settings, starts: int, seed: int) -> int:
    """MLPClassifier(solver="lbfgs"); several outputs are its multi-label problem."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    y = task.y.astype(np.int64)
    successes = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for start in range(starts):
            network = MLPClassifier(
                (task.hidden,),
                "logistic",
                solver="lbfgs",
                alpha=0.0,
                tol=settings.rate,
                max_iter=settings.steps,
                random_state=seed + start,
            ).fit(task.x, y if y.shape[1] > 1 else y[:, 0])
            outputs = network.predict_proba(task.x)
            successes += task.learned(outputs if y.shape[1] > 1 else outputs[:, 1:])
    return successes


def torch_adam(task: Task, settings: Settings, starts: int, seed: int) -> int:
    """A loop as in the tutorials: zero_grad, forward, backward, step."""
    torch: Any = import_module("torch")
    x, y, loss = torch.Tensor(task.x), torch.Tensor(task.y), torch.nn.BCEWithLogitsLoss()
    successes = 0
    for network in _torch_networks(torch, task, settings, starts, seed):
        optimiser = torch.optim.Adam(network.parameters(), settings.rate)
        for step in range(settings.steps):
            optimiser.zero_grad()
            z = network(x)
            if step % LOOK == 0 and task.learned(torch.sigmoid(z).detach().numpy()):
                successes += 1
                break
            loss(z, y).backward()
            optimiser.step()
    return successes


def torch_lbfgs(task: Task, settings: Settings, starts: int, seed: int) -> int:
    """Calls of ``step`` of `LOOK` iterations each, with the strong Wolfe line search."""
    torch: Any = import_module("torch")
    x, y, loss = torch.Tensor(task.x), torch.Tensor(task.y), torch.nn.BCEWithLogitsLoss()
    successes = 0
    for network in _torch_networks(torch, task, settings, starts, seed):
        optimiser = torch.optim.LBFGS(
            network.parameters(), settings.rate, max_iter=LOOK, line_search_fn="strong_wolfe"
        )

        def closure(network: Any = network, optimiser: Any = optimiser) -> Any:
            optimiser.zero_grad()
            value = loss(network(x), y)
            value.backward()
            return value

        for _ in range(settings.steps // LOOK):
            optimiser.step(closure)
            if task.learned(torch.sigmoid(network(x)).detach().numpy()):
                successes += 1
                break
    return successes


def _torch_networks(
    torch: Any, task: Task, settings: Settings, starts: int, seed: int
) -> Iterator[Any]:
    torch.manual_seed(seed)
    inputs, hidden, outputs = task.sizes
    for _ in range(starts):
        network = torch.nn.Sequential(
            torch.nn.Linear(inputs, hidden), torch.nn.Sigmoid(), torch.nn.Linear(hidden, outputs)
        )
        if settings.spread:
            for parameter in network.parameters():
                torch.nn.init.normal_(parameter, std=settings.spread)
        yield network


def jax_adam(task: Task, settings: Settings, starts: int) -> tuple[Callable[[int], int], float]:
    """jit of a vmap over all starts; answers the compiled training, and how long compiling took."""
    jax: Any = import_module("jax")
    np_, x, y = jax.numpy, jax.numpy.array(task.x), jax.numpy.array(task.y)
    inputs, hidden, outputs = task.sizes

    def logits(theta: Any) -> Any:
        w1, b1, w2, b2 = theta
        return jax.nn.sigmoid(x @ w1 + b1) @ w2 + b2

    def loss(theta: Any) -> Any:
        z = logits(theta)
        return (jax.nn.softplus(z) - y * z).mean()

    def train(key: Any) -> Any:
        shapes = ((inputs, hidden), (hidden,), (hidden, outputs), (outputs,))
        theta = [
            settings.spread * jax.random.normal(each, shape)
            for each, shape in zip(jax.random.split(key, 4), shapes, strict=True)
        ]
        nothing = [np_.zeros(shape) for shape in shapes]

        def step(number: Any, state: Any) -> Any:
            theta, first, second = state
            gradient, tree = jax.grad(loss)(theta), jax.tree.map
            first = tree(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
            second = tree(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
            t = number + 1.0
            rate = settings.rate * np_.sqrt(1.0 - 0.999**t) / (1.0 - 0.9**t)
            theta = tree(lambda p, m, v: p - rate * m / (np_.sqrt(v) + 1e-8), theta, first, second)
            return theta, first, second

        theta, _, _ = jax.lax.fori_loop(0, settings.steps, step, (theta, nothing, nothing))
        return np_.abs(jax.nn.sigmoid(logits(theta)) - y).max()

    def all_starts(key: Any) -> Any:
        return (jax.vmap(train)(jax.random.split(key, starts)) <= NEAR).sum()

    started = time.perf_counter()
    compiled = jax.jit(all_starts).lower(jax.random.key(0)).compile()
    took = time.perf_counter() - started
    return lambda seed: int(compiled(jax.random.key(seed))), took
