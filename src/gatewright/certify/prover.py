"""The prover: branch and bound over the boxes of inputs, many networks at once.

Every row of a truth table has a box of inputs that stand for it. A box is proved when the bounds of every
output lie in its band; where they do not, the box is cut in two across the input that matters most, until all
parts are proved, a point is found that really violates the discipline, or there are too many parts. What is
proved holds for every one of infinitely many points.

Example:
    >>> from gatewright.certify.discipline import Discipline
    >>> architecture, steep = Architecture((1, 1), ("clipped",)), np.array([[42.0, -21.0]])
    >>> rows = Rows(np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]), np.ones((2, 1)))
    >>> prove(architecture, steep, rows, [Discipline(0.45)])[0].outcome
    'proved'
    >>> refuted = prove(architecture, steep, rows, [Discipline(0.46)])[0]
    >>> refuted.outcome, refuted.point
    ('refuted', (0.46,))
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gatewright.arrays import Floats, Indices, Mask
from gatewright.certify.bounds import FLOAT64, Precision, check_bounded, output_bounds
from gatewright.certify.discipline import Discipline
from gatewright.certify.proof import Outcome, violations
from gatewright.certify.proof import Proof as Proof
from gatewright.certify.proof import Rows as Rows
from gatewright.certify.restored import prove_restored, right_rows
from gatewright.errors import UsageError
from gatewright.learn.network import Architecture
from gatewright.logic.bits import table_rows
from gatewright.records import dataclass
from gatewright.threads import one_thread

MOST_INPUTS = 6
MOST_BOXES = 20_000


@one_thread()
def prove(
    architecture: Architecture,
    theta: Floats,
    rows: Rows,
    disciplines: Sequence[Discipline],
    *,
    weight_error: Floats | float = 0.0,
    precision: Precision = FLOAT64,
    most_boxes: int = MOST_BOXES,
) -> list[Proof]:
    """Whether each network meets a discipline.

    Networks that restore their inputs first are certified by `restored`, for any number of inputs.

    Args:
        architecture: of the networks.
        theta: their parameters, shape (networks, parameters).
        rows: the truth table.
        disciplines: one for all, or one a network.
        weight_error: share of itself by which every weight may be off, for all or for each, shape
            (networks,). What is refuted is refuted with the weights as they are.
        precision: the arithmetic that evaluates the networks.
        most_boxes: boxes a network may take.

    Raises:
        UsageError: more inputs than `MOST_INPUTS`, of a network that does not restore them.
        RecipeError: an activation of which no interval is known.
    """
    if architecture.restoring:
        each, errors, least, most = _asked(architecture, theta, rows, disciplines, weight_error)
        return prove_restored(
            architecture,
            theta,
            rows.x,
            least,
            most,
            each,
            weight_error=errors,
            precision=precision,
        )
    return _search(
        architecture, theta, rows, disciplines, weight_error, precision, most_boxes
    ).proofs()


def proved(
    architecture: Architecture,
    theta: Floats,
    rows: Rows,
    disciplines: Sequence[Discipline],
    *,
    weight_error: Floats | float = 0.0,
    most_boxes: int = MOST_BOXES,
) -> Mask:
    """Whether `prove` proves each network, shape (networks,), without what it says of the others."""
    if architecture.restoring:
        each, errors, least, most = _asked(architecture, theta, rows, disciplines, weight_error)
        right = right_rows(architecture, theta, rows.x, least, most, each, weight_error=errors)
        return np.asarray(right.all(1))
    search = _search(architecture, theta, rows, disciplines, weight_error, FLOAT64, most_boxes)
    return search.open


def _search(
    architecture: Architecture,
    theta: Floats,
    rows: Rows,
    disciplines: Sequence[Discipline],
    weight_error: Floats | float,
    precision: Precision,
    most_boxes: int,
) -> _Search:
    if architecture.sizes[0] > MOST_INPUTS:
        raise UsageError(
            f"a gate of {architecture.sizes[0]} inputs cannot be certified",
            hint=f"boxes are cut in up to {MOST_INPUTS} dimensions; restore its inputs first, or build it from "
            "smaller gates",
        )
    networks, inputs = len(theta), architecture.sizes[0]
    each, errors, least, most = _asked(architecture, theta, rows, disciplines, weight_error)
    search = _Search(architecture, theta, least, most, errors, precision)
    kinds, of = _kinds(each)
    regions = [one.regions(rows.x) for one in kinds]
    low, high = (np.stack([region[end] for region in regions])[of] for end in (0, 1))
    # One box a row, all rows of a network together: most trained gates need no more.
    frontier = _Frontier(
        np.repeat(np.arange(networks), len(rows.x)),
        np.tile(np.arange(len(rows.x)), networks),
        low.reshape(-1, inputs),
        high.reshape(-1, inputs),
    )
    depth = 0
    while len(frontier.network):
        frontier = search.round(frontier, depth, most_boxes)
        depth += 1
    return search


def _asked(
    architecture: Architecture,
    theta: Floats,
    rows: Rows,
    disciplines: Sequence[Discipline],
    weight_error: Floats | float,
) -> tuple[list[Discipline], Floats, Floats, Floats]:
    """What each network is asked: its discipline, its weight error, least and greatest of its outputs.

    Raises:
        UsageError: neither one discipline nor as many as networks.
        RecipeError: an activation of which no interval is known.
    """
    check_bounded(architecture)
    networks = len(theta)
    each = [disciplines[0]] * networks if len(disciplines) == 1 else list(disciplines)
    if len(each) != networks:
        raise UsageError(
            f"{len(each)} disciplines for {networks} networks",
            hint="give one for all, or one a network",
        )
    errors = np.broadcast_to(np.asarray(weight_error, dtype=np.float64), (networks,))
    kinds, of = _kinds(each)
    bands = [one.bands(rows.y) for one in kinds]
    free = rows.care <= 0  # an output that does not matter may be anything
    least = np.where(free, -np.inf, np.stack([band[0] for band in bands]))[of]
    most = np.where(free, np.inf, np.stack([band[1] for band in bands]))[of]
    return each, errors, least, most


def _kinds(each: Sequence[Discipline]) -> tuple[list[Discipline], Indices]:
    """The different ones, and which of them each is: what one asks for is worked out once."""
    kinds = {one: number for number, one in enumerate(dict.fromkeys(each))}
    return list(kinds), np.array([kinds[one] for one in each], dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class _Frontier:
    """Boxes that are neither proved nor refuted yet, each of one network and row."""

    network: Indices
    row: Indices
    low: Floats
    high: Floats

    def only(self, chosen: Mask | Indices) -> _Frontier:
        return _Frontier(
            self.network[chosen], self.row[chosen], self.low[chosen], self.high[chosen]
        )


class _Search:
    """The state of a search, one entry a network."""

    def __init__(
        self,
        architecture: Architecture,
        theta: Floats,
        least: Floats,
        most: Floats,
        errors: Floats,
        precision: Precision,
    ) -> None:
        networks = len(theta)
        self.shape, self.theta, self.errors, self.precision = architecture, theta, errors, precision
        self.least, self.most = least, most  # of every output, shape (networks, rows, outputs)
        self.boxes = np.zeros(networks, dtype=np.intp)
        self.depth = np.zeros(networks, dtype=np.intp)
        self.open = np.ones(networks, dtype=np.bool_)  # neither refuted nor given up
        self.ended: dict[int, tuple[Outcome, int, Floats, Floats]] = {}
        self.leaves: list[_Frontier] = []
        self.weights = _influence(architecture, theta)

    def round(self, frontier: _Frontier, depth: int, most_boxes: int) -> _Frontier:
        """Bound every box; give back the halves of those that are not proved."""
        self.boxes += np.bincount(frontier.network, minlength=len(self.theta))
        self.depth[frontier.network] = depth
        low, high = self._bounds(frontier)
        least, most = self._bands(frontier)
        inside = np.asarray(((low >= least) & (high <= most)).all(1))
        if inside.any():
            self.leaves.append(frontier.only(inside))
        rest = frontier.only(~inside)
        if not len(rest.network):
            return rest
        self._refute(rest, corners=depth == 0)
        self._give_up(rest, (self.boxes > most_boxes)[rest.network])
        # The width that matters is that of what an input does to the outputs.
        width = rest.high - rest.low
        across = np.argmax(width * self.weights[rest.network], axis=1)
        at = (np.arange(len(across)), across)
        middle = (rest.low[at] + rest.high[at]) / 2
        stuck = ~((rest.low[at] < middle) & (middle < rest.high[at]))
        self._give_up(rest, stuck)
        going = self.open[rest.network]
        rest, across, middle = rest.only(going), across[going], middle[going]
        at = (np.arange(len(across)), across)
        lower, upper = rest.high.copy(), rest.low.copy()
        lower[at], upper[at] = middle, middle
        return _Frontier(
            np.concatenate([rest.network, rest.network]),
            np.concatenate([rest.row, rest.row]),
            np.concatenate([rest.low, upper]),
            np.concatenate([lower, rest.high]),
        )

    def proofs(self) -> list[Proof]:
        """What came of every network."""
        empty = np.empty((0, self.shape.sizes[0]))
        leaves = _joined(self.leaves) or _Frontier(
            np.empty(0, np.intp), np.empty(0, np.intp), empty, empty
        )
        found = []
        for network in range(len(self.theta)):
            mine = leaves.only(leaves.network == network)
            outcome, row, low, high = self.ended.get(network, ("proved", -1, empty, empty))
            found.append(
                Proof(
                    outcome,
                    int(self.boxes[network]),
                    int(self.depth[network]),
                    row,
                    tuple(low.tolist()) if outcome == "refuted" else (),
                    tuple(zip(low.tolist(), high.tolist(), strict=True))
                    if outcome == "undecided"
                    else (),
                    mine.row,
                    mine.low,
                    mine.high,
                )
            )
        return found

    def _bounds(self, frontier: _Frontier) -> tuple[Floats, Floats]:
        order = frontier.network
        counts = np.bincount(order)  # np.unique would import numpy.ma, 10 ms
        networks = np.flatnonzero(counts)
        even = len(set(counts[networks].tolist())) == 1
        # Equal shares, sorted by network, go through as one stack; the rest box by box.
        if even and (order[:-1] <= order[1:]).all():
            boxes = (len(networks), int(counts[networks[0]]), -1)
            theta, errors = self.theta[networks], self.errors[networks]
        else:
            boxes = (len(order), 1, -1)
            theta, errors = self.theta[order], self.errors[order]
        with np.errstate(over="ignore", invalid="ignore"):
            low, high = output_bounds(
                self.shape,
                theta,
                frontier.low.reshape(boxes),
                frontier.high.reshape(boxes),
                weight_error=errors[:, None, None],
                precision=self.precision,
            )
        return low.reshape(len(order), -1), high.reshape(len(order), -1)

    def _bands(self, frontier: _Frontier) -> tuple[Floats, Floats]:
        at = (frontier.network, frontier.row)
        return self.least[at], self.most[at]

    def _refute(self, frontier: _Frontier, *, corners: bool) -> None:
        """Look for points that really violate: the middle of every box, at first its corners too."""
        middle = (frontier.low + frontier.high) / 2
        points = middle[:, None]
        if corners:
            turn = table_rows(middle.shape[1])[None].astype(bool)
            ends = np.where(turn, frontier.high[:, None], frontier.low[:, None])
            points = np.concatenate([ends, points], axis=1)
        least, most = self._bands(frontier)
        theta = self.theta[frontier.network]
        wrong = violations(self.shape, theta, points, least, most, self.precision)
        for box in np.flatnonzero(wrong.any(1)).tolist():
            network = int(frontier.network[box])
            if network not in self.ended:
                point = points[box, int(np.argmax(wrong[box]))]
                self.ended[network] = ("refuted", int(frontier.row[box]), point, point)
                self.open[network] = False

    def _give_up(self, frontier: _Frontier, chosen: Mask) -> None:
        """Leave the networks of some boxes undecided, each with its first box."""
        for box in np.flatnonzero(chosen & self.open[frontier.network]).tolist():
            network = int(frontier.network[box])
            if self.open[network]:
                left = (frontier.low[box], frontier.high[box])
                self.ended[network] = ("undecided", int(frontier.row[box]), *left)
                self.open[network] = False


def _influence(architecture: Architecture, theta: Floats) -> Floats:
    """How much each input can move the outputs, shape (networks, inputs): sizes of weights, multiplied up."""
    total = np.ones((len(theta), architecture.sizes[-1], 1))
    with np.errstate(over="ignore", invalid="ignore"):
        for w, _ in reversed(architecture.layers(theta)):
            total = abs(w) @ total
    sizes = total[:, :, 0]
    return np.where(np.isfinite(sizes), sizes, 1.0) + 1e-300


def _joined(parts: list[_Frontier]) -> _Frontier | None:
    if not parts:
        return None
    return _Frontier(
        np.concatenate([part.network for part in parts]),
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
    )
