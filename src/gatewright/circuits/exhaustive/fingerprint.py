"""What a claim is about, as digests: the netlist, and the code of the reference and of the domain.

A checkpoint of a long proof, and the answer of a worker, count only if they are about the very same thing. A
netlist is wires and truth tables. A reference is Python: its code, what it calls, the values it closes over
and the global names it uses are followed as far as they go. Where that ends, at a file or a clock say, the
fingerprint says so: then nothing binds an old result to what the reference gives today.

Example:
    >>> def double(buses):
    ...     return {"y": 2 * buses["a"]}
    >>> def triple(buses):
    ...     return {"y": 3 * buses["a"]}
    >>> code_of(double).digest == code_of(triple).digest, code_of(double).loose
    (False, ())
    >>> code_of(lambda buses: open("table.txt")).loose
    ("'open'",)
"""

from __future__ import annotations

import dataclasses
import hashlib

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.exhaustive.follower import Follower
from gatewright.circuits.netlist import Netlist


@dataclasses.dataclass(frozen=True, slots=True)
class Code:
    """Some Python code and all that it uses.

    Attributes:
        digest: changes with any of it.
        loose: what could not be followed.
    """

    digest: str
    loose: tuple[str, ...]


def netlist_digest(netlist: Netlist) -> str:
    """A digest of wires and gates: equal for equal circuits only."""
    gates = [(name, spec.table.digest) for name, spec in sorted(netlist.gates.items())]
    buses = [[(bus.name, bus.nets) for bus in side] for side in (netlist.inputs, netlist.outputs)]
    instances = [(each.gate, each.inputs, each.outputs) for each in netlist.instances]
    return hashlib.sha256(
        repr((buses, instances, gates)).encode("utf-8", "surrogatepass")
    ).hexdigest()


def reference_code(circuit: Circuit) -> Code:
    """The code of a circuit's reference and domain, with the parameters they are given."""
    return code_of([circuit.spec.reference, circuit.spec.domain, dict(circuit.words)])


def code_of(value: object) -> Code:
    """The code of a function, or of several in a list, with all that it uses."""
    follower = Follower()
    follower.follow(value, "it")
    return Code(follower.digest.hexdigest(), tuple(dict.fromkeys(follower.loose)))
