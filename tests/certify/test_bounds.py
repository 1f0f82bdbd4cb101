"""Interval bounds hold for what a computer computes: any order of summation, float64 and float32."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from gatewright.arrays import Floats
from gatewright.certify.bounds import FLOAT32, FLOAT64, Precision, check_bounded, output_bounds
from gatewright.errors import RecipeError
from gatewright.learn.network import Architecture

MONOTONE = (
    *("logistic", "tanh", "relu", "softplus", "identity", "clipped"),
    *("leaky-relu(0.3)", "leaky-relu(0)", "leaky-relu(2.5)"),
)
Array = npt.NDArray[np.floating]
Sum = Callable[[Array], Array]  # of the last axis


def _pairwise(parts: Array) -> Array:
    while parts.shape[-1] > 1:
        if parts.shape[-1] % 2:
            parts = np.concatenate([parts, np.zeros_like(parts[..., :1])], axis=-1)
        parts = parts[..., ::2] + parts[..., 1::2]
    return parts[..., 0]


def _in_turn(parts: Array) -> Array:
    total = np.zeros_like(parts[..., 0])
    for each in range(parts.shape[-1]):
        total = total + parts[..., each]
    return total


def _exactly(parts: Array) -> Array:
    flat = [math.fsum(row) for row in parts.reshape(-1, parts.shape[-1]).tolist()]
    return np.array(flat).reshape(parts.shape[:-1]).astype(parts.dtype)


SUMS: dict[str, Sum] = {
    "in turn": _in_turn,
    "reversed": lambda parts: _in_turn(parts[..., ::-1]),
    "pairwise": _pairwise,
    "exactly": _exactly,
    "bias in the middle": lambda parts: _in_turn(np.roll(parts, parts.shape[-1] // 2, -1)),
    "largest first": lambda parts: _in_turn(
        np.take_along_axis(parts, np.argsort(-abs(parts), -1), -1)
    ),
}


def evaluations(
    architecture: Architecture, theta: Floats, points: Floats, precision: Precision
) -> dict[str, Floats]:
    """Outputs (points, outputs) of one network in an arithmetic, by every order of summation."""
    weights, dtype = theta.astype(precision.dtype)[None], np.dtype(precision.name)
    found = {}
    with np.errstate(all="ignore"):
        for name in (*SUMS, "by NumPy", "fused"):
            a: Array = points.astype(dtype)
            for (w, b), function in zip(
                architecture.layers(weights), architecture.functions, strict=True
            ):
                if name == "by NumPy":
                    z = np.dot(a, w[0]) + b[0]
                elif name == "fused":  # products are not rounded, the sum once
                    wide = np.longdouble
                    z = (a.astype(wide) @ w[0].astype(wide) + b[0].astype(wide)).astype(dtype)
                else:
                    ones = np.ones((*a.shape[:1], 1, w.shape[2]), dtype)
                    parts = np.concatenate([a[:, :, None] * w[0], ones * b[0]], axis=1)
                    z = SUMS[name](np.moveaxis(parts, 1, 2))
                a = function.value(z)
                assert a.dtype == dtype
            found[name] = np.asarray(a, dtype=np.float64)
    return found


@st.composite
def networks(draw: st.DrawFn) -> tuple[Architecture, int, float]:
    """An architecture, a seed, and a size of weights."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    names = draw(
        st.lists(st.sampled_from(MONOTONE), min_size=len(sizes) - 1, max_size=len(sizes) - 1)
    )
    seed, size = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([1e-3, 0.3, 1.0, 5.0, 40.0]))
    return Architecture(tuple(sizes), tuple(names)), seed, size


def drawn(
    architecture: Architecture, seed: int, size: float, width: float
) -> tuple[np.random.Generator, Floats, Floats, Floats, Floats]:
    """A generator, weights, a box and points of it, its corners among them."""
    random = np.random.default_rng(seed)
    theta = size * random.standard_normal(architecture.parameters)
    theta[random.random(architecture.parameters) < 0.1] = 0.0
    low = random.normal(size=architecture.sizes[0])
    high = low + width * random.random(architecture.sizes[0])
    share = random.random((24, architecture.sizes[0]))
    share[:12] = share[:12].round()
    return random, theta, low, high, np.clip(low + share * (high - low), low, high)


@pytest.mark.parametrize("precision", [FLOAT64, FLOAT32], ids=lambda each: each.name)
@given(networks(), st.sampled_from([0.0, 1e-12, 1e-6, 0.1, 2.0]))
@examples(30)
def test_whatever_is_computed_lies_within(
    precision: Precision, drawing: tuple[Architecture, int, float], width: float
) -> None:
    shape = drawing[0]
    _, theta, low, high, points = drawn(*drawing, width)
    least, most = output_bounds(
        shape, theta[None], low[None, None], high[None, None], precision=precision
    )
    for order, outputs in evaluations(shape, theta, points, precision).items():
        assert (outputs >= least[0]).all(), order
        assert (outputs <= most[0]).all(), order


@given(networks(), st.sampled_from([1e-9, 1e-3, 0.05, 0.25]), st.booleans())
@examples(25)
def test_so_it_does_with_every_weight_off_by_its_share(
    drawing: tuple[Architecture, int, float], error: float, single: bool
) -> None:
    shape, precision = drawing[0], FLOAT32 if single else FLOAT64
    random, theta, low, high, points = drawn(*drawing, 0.5)
    least, most = output_bounds(
        shape,
        theta[None],
        low[None, None],
        high[None, None],
        weight_error=error,
        precision=precision,
    )
    for extreme in (True, True, False):
        off = random.uniform(-1, 1, shape.parameters)
        moved = theta * (1 + error * (np.sign(off) if extreme else off))
        for order, outputs in evaluations(shape, moved, points, precision).items():
            assert (outputs >= least[0]).all(), order
            assert (outputs <= most[0]).all(), order


@given(networks(), st.sampled_from([1e-6, 0.1]))
@examples(15)
def test_many_networks_and_boxes_at_once_are_as_each_alone(
    drawing: tuple[Architecture, int, float], width: float
) -> None:
    shape, seed, size = drawing
    several = [drawn(shape, seed + each, size, width) for each in range(3)]
    theta = np.stack([each[1] for each in several])
    low, high = np.stack([each[2] for each in several]), np.stack([each[3] for each in several])
    boxes_low, boxes_high = np.stack([low, low - 0.25], 1), np.stack([high, high + 0.25], 1)
    errors = np.array([0.0, 0.01, 0.1])[:, None, None]
    together = output_bounds(shape, theta, boxes_low, boxes_high, weight_error=errors)
    for each in range(3):
        for box in range(2):
            alone = output_bounds(
                shape,
                theta[each : each + 1],
                boxes_low[each : each + 1, box : box + 1],
                boxes_high[each : each + 1, box : box + 1],
                weight_error=float(errors[each, 0, 0]),
            )
            for part, one in zip(together, alone, strict=True):
                # The order in which a matrix product is summed is the library's affair.
                np.testing.assert_allclose(part[each, box], one[0, 0], rtol=1e-9, atol=1e-9)


def test_bounds_of_a_point_are_tight() -> None:
    shape = Architecture((3, 3, 4, 2), ("logistic", "tanh", "clipped"))
    _, theta, low, _, _ = drawn(shape, 7, 1.0, 0.0)
    for precision, apart in ((FLOAT64, 1e-13), (FLOAT32, 1e-4)):
        least, most = output_bounds(
            shape, theta[None], low[None, None], low[None, None], precision=precision
        )
        assert (most - least < apart).all()
        assert (most > least).any()


def test_bounds_of_one_layer_are_reached() -> None:
    shape = Architecture((2, 1), ("identity",))
    low, high = np.array([[[-1.0, 0.0]]]), np.array([[[2.0, 3.0]]])
    least, most = output_bounds(shape, np.array([[2.0, -1.0, 0.5]]), low, high)
    np.testing.assert_allclose([least.item(), most.item()], [-4.5, 4.5], rtol=0, atol=1e-13)
    least, most = output_bounds(shape, np.array([[2.0, -1.0, 0.5]]), low, high, weight_error=0.1)
    # -2·2 - 3·1 + … : every product and the bias a tenth larger in size, against the bound.
    np.testing.assert_allclose([least.item(), most.item()], [-5.05, 4.95], rtol=0, atol=1e-13)


def test_every_rounding_may_go_the_same_way() -> None:
    # Stored in float32, x and w lose half a step each; so do their product and the sum, in turn.
    x = 1 + 2047 * 2.0**-23 + 0.999 * 2.0**-24
    shape, theta, point = Architecture((1, 1), ("identity",)), one_path(x, 0.999 * 2.0**-24), x
    least, _ = output_bounds(
        shape, theta, np.array([[[point]]]), np.array([[[point]]]), precision=FLOAT32
    )
    single = float(np.float32(x) * np.float32(x) + np.float32(theta[0, 1]))
    assert x * x + theta[0, 1] - single > 3.9 * FLOAT32.unit * single
    assert least.item() <= single


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from([0.0, 1e-9, 0.05]))
@examples(25)
def test_bounds_are_not_off_by_their_own_rounding(seed: int, inputs: int, error: float) -> None:
    shape = Architecture((inputs, 1), ("identity",))
    _, theta, low, high, _ = drawn(shape, seed, 1.0, 0.7)
    least, most = output_bounds(
        shape, theta[None], low[None, None], high[None, None], weight_error=error
    )
    # In exact arithmetic: every product and the bias off by its share and by n + 3 roundings.
    unit, terms = Fraction(FLOAT64.unit), inputs + 3
    off = (1 + Fraction(error)) * (1 + terms * unit / (1 - terms * unit)) - 1
    *w, b = map(Fraction, theta.tolist())
    ends = [(Fraction(p), Fraction(q)) for p, q in zip(low.tolist(), high.tolist(), strict=True)]
    products = [
        (v * (p - off * abs(p)), v * (q + off * abs(q))) for v, (p, q) in zip(w, ends, strict=True)
    ]
    assert Fraction(least.item()) <= sum(map(min, products)) + b - off * abs(b)
    assert Fraction(most.item()) >= sum(map(max, products)) + b + off * abs(b)


# Where arithmetic ends


def one_path(*pairs: float) -> Floats:
    """Parameters of a network of one unit a layer: weight, bias, weight, bias …"""
    return np.array([pairs])


@pytest.mark.parametrize(
    ("activations", "theta", "x", "precision"),
    [
        # A weight below the least normal number loses its last bits when it is stored.
        (("identity",) * 2, one_path(2.0**120, 0, 2.0**-140 * 1.0007, 0), 1.0, FLOAT32),
        (("identity",) * 2, one_path(2.0**120, 0, 2.0**-151, 0), 1.0, FLOAT32),
        # A logistic that should be 2e-39 is 0: its exp overflows.
        (("logistic", "identity"), one_path(0, -89.0, 2.0**124, 0), 1.0, FLOAT32),
        (("logistic", "identity"), one_path(0, -100.0, 2.0**124, 0), 1.0, FLOAT32),
        # An input that underflows, before a large weight.
        (("identity",), one_path(2.0**120, 0), 2.0**-149 * 1.4, FLOAT32),
        (("relu",) * 3, one_path(3e-310, 0, 1.1, 0, 1e300, 0), 0.7, FLOAT64),
        # The only rounding is that of the input, and of the sum.
        (("identity",), one_path(1.0, 0.0), 0.1, FLOAT32),
        (("leaky-relu(1e-46)", "identity"), one_path(-(2.0**120), 0, 2.0**30, 0), 1.0, FLOAT32),
    ],
    ids=str,
)
def test_numbers_that_underflow(
    activations: tuple[str, ...], theta: Floats, x: float, precision: Precision
) -> None:
    shape = Architecture((1,) * (len(activations) + 1), activations)
    point = np.array([[[x]]])
    with np.errstate(under="ignore"):
        least, most = output_bounds(shape, theta, point, point, precision=precision)
    assert np.isfinite([least, most]).all()
    for order, outputs in evaluations(shape, theta[0], point[0], precision).items():
        assert least.item() <= outputs.item() <= most.item(), order


@pytest.mark.parametrize("name", ["logistic", "tanh", "softplus", "clipped"])
@pytest.mark.parametrize("precision", [FLOAT64, FLOAT32], ids=lambda each: each.name)
def test_every_activation_over_its_whole_range(name: str, precision: Precision) -> None:
    shape = Architecture((1, 1), (name,))
    z = np.concatenate([np.linspace(-120, 120, 50_001), np.linspace(-800, 800, 20_001)])
    z = np.concatenate([z, np.logspace(-45, 0, 5_000), -np.logspace(-45, 0, 5_000)])
    near = np.concatenate([2 + side * np.logspace(-15, -1, 500) for side in (1, -1)])
    z = np.concatenate([z, near, -near, [-2, 2]])  # about the kinks of the clipped line
    z = z.astype(precision.dtype).astype(np.float64)  # any computer's value of each lies within
    with np.errstate(under="ignore", over="ignore"):
        least, most = output_bounds(
            shape, one_path(1.0, 0.0), z[None, :, None], z[None, :, None], precision=precision
        )
        values = shape.functions[0].value(z.astype(precision.dtype)).astype(np.float64)
    assert ((least[0, :, 0] <= values) & (values <= most[0, :, 0])).all()
    assert (most - least < 1e-4 * np.maximum(1, abs(z[:, None]))).all()


@pytest.mark.parametrize(
    ("activations", "theta", "x", "precision"),
    [
        (("identity",) * 2, one_path(1e300, 0, 1e300, 0), 1.0, FLOAT64),
        (("identity",), one_path(1e300, 0), 1e300, FLOAT64),
        (("identity",), one_path(1e300, 0), 1.0, FLOAT32),
        (("identity",), one_path(1e39, 0), 0.0, FLOAT32),  # infinity times nothing is not a number
        (("identity",), one_path(1e39, 0), 1e-5, FLOAT32),
        (("identity",) * 2, one_path(1e38, 0, 0, 0), 3.0, FLOAT32),
        (("identity",), one_path(0, 1e39), 1.0, FLOAT32),
        (("leaky-relu(1e300)", "identity"), one_path(1, 0, 0, 0), 0.0, FLOAT32),
        (("leaky-relu(1e39)",), one_path(1, 0), 0.0, FLOAT32),
        (("leaky-relu(1e30)", "identity"), one_path(1e20, 0, 0, 0), -1.0, FLOAT32),
        (("identity",), one_path(math.nan, 0), 1.0, FLOAT64),
        (("identity",), one_path(1.0, math.inf), 1.0, FLOAT64),
        (("clipped", "logistic"), one_path(math.nan, 0, 1.0, 0), 1.0, FLOAT64),
    ],
    ids=str,
)
def test_what_may_overflow_is_not_bounded(
    activations: tuple[str, ...], theta: Floats, x: float, precision: Precision
) -> None:
    shape = Architecture((1,) * (len(activations) + 1), activations)
    point = np.array([[[x]]])
    with np.errstate(all="ignore"):
        least, most = output_bounds(shape, theta, point, point, precision=precision)
    assert (least.item(), most.item()) == (-math.inf, math.inf)


def test_large_numbers_that_fit_are_bounded() -> None:
    shape = Architecture((1, 1), ("clipped",))
    box = np.array([[[-0.45]]]), np.array([[[0.45]]])
    assert [part.item() for part in output_bounds(shape, one_path(1e300, -5e299), *box)] == [0, 0]


def test_an_overflow_in_one_box_is_no_matter_of_another() -> None:
    shape, theta = Architecture((1, 1), ("identity",)), one_path(1e300, 0)
    with np.errstate(all="ignore"):
        least, most = output_bounds(
            shape, theta, np.array([[[1.0], [1e10]]]), np.array([[[2.0], [1e10]]])
        )
    assert np.isfinite([least[0, 0], most[0, 0]]).all()
    assert (least[0, 1].item(), most[0, 1].item()) == (-math.inf, math.inf)


# What falls


def test_an_activation_without_an_interval_is_refused(unbounded: str) -> None:
    with pytest.raises(
        RecipeError, match="an interval is known, and unbounded has none"
    ) as refused:
        check_bounded(Architecture((2, 2, 1), (unbounded, "logistic")))
    assert refused.value.hint
    low, high = output_bounds(
        Architecture((1, 1), (unbounded,)),
        np.array([[1.0, 0.0]]),
        np.zeros((1, 1, 1)),
        np.ones((1, 1, 1)),
    )
    assert (low.item(), high.item()) == (-np.inf, np.inf)  # nothing is known


@pytest.mark.parametrize(
    "name",
    [*MONOTONE, "folded-relu(0.5)", "folded-relu(-1)", "leaky-relu(-0.1)", "leaky-relu(-1e-30)"],
)
def test_all_of_ours_have_one(name: str) -> None:
    check_bounded(Architecture((1, 1), (name,)))
