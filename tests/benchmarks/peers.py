"""The learners that `learners.py` sets ours beside, each as one of its users would write it.

Every peer makes the same one hidden layer of logistic units and a logistic output, and a start counts
if every output is within `NEAR` of its bit. It ends as soon as that is so, where the peer lets one look,
or after a number of steps. Rate, steps and starting weights are, for each peer and gate, those that
took the least time a successful gate in a sweep on the machine the table was measured on: rates over a
factor of ten and more, 20 to 4 000 steps, normal starting weights of 0.5 to 2 beside the peer's own.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from gatewright.arrays import Floats

NEAR = 0.05
LOOK = 10  # steps between looks, where a look costs as much as a good part of a step


@dataclass(frozen=True, slots=True)
class Task:
    """A gate to learn: x (rows, inputs), y (rows, outputs), and the units of the hidden layer."""

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
    """Learning rate (or tolerance), most steps, deviation of the starting weights (0: the peer's own)."""

    rate: float
    steps: int
    spread: float = 0.0


Run = Callable[[int], int]
"""Trains all starts from a seed; answers how many learned the gate."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another learner.

    Attributes:
        name: for the table.
        module: what it imports, and what to install for it.
        ready: makes it ready for so many starts of a task; what needs compiling is compiled here.
        settings: by the name of the task.
        batch: whether it trains all starts at once, as ours does, or one after the other.
    """

    name: str
    module: str
    install: str
    ready: Callable[[Task, Settings, int], Run]
    settings: Mapping[str, Settings]
    batch: bool = False


def one_by_one(train: Callable[[Task, Settings, int, int], int]) -> Any:
    """A `Peer.ready` of a function that needs none."""
    return lambda task, settings, starts: lambda seed: train(task, settings, starts, seed)


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
    optimize: Any = import_module("scipy.optimize")
    generator = np.random.default_rng(seed)
    inputs, hidden, outputs = task.sizes
    x, y, rows = task.x, task.y, len(task.x)
    ends = np.cumsum([inputs * hidden, hidden, hidden * outputs])
    which = np.arange(outputs)

    class LearnedError(Exception):
        """Ends a search from within."""

    def layers(theta: Floats) -> tuple[Floats, Floats, Floats]:
        w1, b1, w2, b2 = np.split(theta, ends)
        upper = w2.reshape(hidden, outputs)
        h = logistic(x @ w1.reshape(inputs, hidden) + b1)
        return upper, h, logistic(h @ upper + b2)

    def residuals(theta: Floats) -> Floats:
        a = layers(theta)[2]
        if task.learned(a):
            raise LearnedError
        return np.asarray((a - y).ravel())

    def jacobian(theta: Floats) -> Floats:
        w2, h, a = layers(theta)
        slope = a * (1.0 - a)
        b1 = slope[:, :, None] * w2.T * (h * (1.0 - h))[:, None, :]
        w1 = x[:, None, :, None] * b1[:, :, None, :]
        w2_own = np.zeros((rows, outputs, hidden, outputs))
        w2_own[:, which, :, which] = (slope[:, :, None] * h[:, None, :]).swapaxes(0, 1)
        b2 = np.zeros((rows, outputs, outputs))
        b2[:, which, which] = slope
        parts = [part.reshape(rows * outputs, -1) for part in (w1, b1, w2_own, b2)]
        return np.concatenate(parts, axis=1)

    successes = 0
    for _ in range(starts):
        theta = settings.spread * generator.standard_normal(ends[-1] + outputs)
        try:
            optimize.least_squares(residuals, theta, jacobian, max_nfev=settings.steps)
        except LearnedError:
            successes += 1
    return successes


def scikit_learn(task: Task, settings: Settings, starts: int, seed: int) -> int:
    """MLPClassifier(solver="lbfgs"), whose end is its tolerance or max_iter; no regularisation."""
    network: Any = import_module("sklearn.neural_network")
    single = task.y.shape[1] == 1
    y = task.y[:, 0].astype(int) if single else task.y.astype(int)
    successes = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of every start that max_iter ends
        for start in range(starts):
            fitted = network.MLPClassifier(
                (task.hidden,),
                activation="logistic",
                solver="lbfgs",
                alpha=0.0,
                tol=settings.rate,
                max_iter=settings.steps,
                random_state=seed + start,
            ).fit(task.x, y)
            outputs = fitted.predict_proba(task.x)
            successes += task.learned(outputs[:, 1:] if single else outputs)
    return successes


def torch_adam(task: Task, settings: Settings, starts: int, seed: int) -> int:
    """The loop of the tutorials, on one thread: two are slower on arrays so small."""
    torch: Any = import_module("torch")
    torch.set_num_threads(1)
    x, y, loss = torch.Tensor(task.x), torch.Tensor(task.y), torch.nn.BCEWithLogitsLoss()
    successes = 0
    for network in _torch_networks(torch, task, settings, starts, seed):
        optimiser = torch.optim.Adam(network.parameters(), lr=settings.rate)
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
    """Calls of ``step`` with `LOOK` iterations each and the strong Wolfe line search."""
    torch: Any = import_module("torch")
    torch.set_num_threads(1)
    x, y, loss = torch.Tensor(task.x), torch.Tensor(task.y), torch.nn.BCEWithLogitsLoss()
    successes = 0
    for network in _torch_networks(torch, task, settings, starts, seed):
        optimiser = torch.optim.LBFGS(
            network.parameters(), lr=settings.rate, max_iter=LOOK, line_search_fn="strong_wolfe"
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


def jax_adam(task: Task, settings: Settings, starts: int) -> Run:
    """jit of vmap over all starts, each the same number of steps; its threads and float32 as they come."""
    jax: Any = import_module("jax")
    xp = jax.numpy
    x, y = xp.array(task.x), xp.array(task.y)
    inputs, hidden, outputs = task.sizes
    shapes = ((inputs, hidden), (hidden,), (hidden, outputs), (outputs,))
    tree_map = jax.tree.map

    def logits(theta: Any) -> Any:
        w1, b1, w2, b2 = theta
        return jax.nn.sigmoid(x @ w1 + b1) @ w2 + b2

    def loss(theta: Any) -> Any:
        z = logits(theta)
        return (jax.nn.softplus(z) - y * z).mean()

    def step(number: Any, state: Any) -> Any:
        theta, first, second = state
        gradient = jax.grad(loss)(theta)
        first = tree_map(lambda m, g: 0.9 * m + 0.1 * g, first, gradient)
        second = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradient)
        t = number + 1.0
        rate = settings.rate * xp.sqrt(1.0 - 0.999**t) / (1.0 - 0.9**t)
        moved = tree_map(lambda p, m, v: p - rate * m / (xp.sqrt(v) + 1e-8), theta, first, second)
        return moved, first, second

    def worst(key: Any) -> Any:
        keys = jax.random.split(key, len(shapes))
        theta = [
            settings.spread * jax.random.normal(each, shape)
            for each, shape in zip(keys, shapes, strict=True)
        ]
        nothing = [xp.zeros(shape) for shape in shapes]
        theta, _, _ = jax.lax.fori_loop(0, settings.steps, step, (theta, nothing, nothing))
        return xp.abs(jax.nn.sigmoid(logits(theta)) - y).max()

    def successes(key: Any) -> Any:
        return (jax.vmap(worst)(jax.random.split(key, starts)) <= NEAR).sum()

    compiled = jax.jit(successes).lower(jax.random.key(0)).compile()
    return lambda seed: int(compiled(jax.random.key(seed)))


def _each(*settings: Settings) -> dict[str, Settings]:
    return dict(zip(("xor", "half-adder", "full-adder", "parity"), settings, strict=True))


PEERS = (
    Peer(
        "NumPy loop, gradient descent",
        "numpy",
        "numpy",
        one_by_one(numpy_loop),
        _each(
            Settings(3, 300, 1), Settings(10, 1000, 1), Settings(3, 4000, 1), Settings(3, 1000, 2)
        ),
    ),
    Peer(
        "SciPy least_squares",
        "scipy",
        "scipy",
        one_by_one(scipy_least_squares),
        _each(
            Settings(0, 100, 0.5), Settings(0, 100, 1), Settings(0, 100, 2), Settings(0, 200, 1.5)
        ),
    ),
    Peer(
        "scikit-learn MLPClassifier, lbfgs",
        "sklearn",
        "scikit-learn",
        one_by_one(scikit_learn),
        _each(Settings(1e-4, 80), Settings(1e-2, 80), Settings(1e-4, 150), Settings(1e-6, 100)),
    ),
    Peer(
        "PyTorch Adam",
        "torch",
        "torch",
        one_by_one(torch_adam),
        _each(
            Settings(0.3, 120, 1.5), Settings(0.5, 300), Settings(0.3, 200), Settings(0.2, 600, 1.5)
        ),
    ),
    Peer(
        "PyTorch LBFGS",
        "torch",
        "torch",
        one_by_one(torch_lbfgs),
        _each(Settings(1, 20, 2), Settings(1, 20), Settings(2, 40, 1), Settings(1, 40, 1.5)),
    ),
    Peer(
        "JAX Adam, jit + vmap",
        "jax",
        "jax",
        jax_adam,
        _each(
            Settings(0.25, 80, 0.7),
            Settings(0.5, 60, 0.5),
            Settings(0.3, 120, 0.7),
            Settings(0.2, 300, 1.5),
        ),
        batch=True,
    ),
)
