"""What Yosys leaves in its BLIF: second names of nets that nothing drives any more, and that nothing reads.

Example:
    >>> from gatewright.formats.model.models import Alias
    >>> model = Model("m", 1, {"a": 1}, {"y": 1}, aliases=[Alias("a", "y", 2), Alias("gone", "n", 3)])
    >>> drop_leftovers(model)
    >>> model.aliases
    [Alias(net='a', output='y', line=2)]
"""

from __future__ import annotations

from gatewright.formats.model.models import Model


def drop_leftovers(model: Model) -> None:
    """Forget such names; where one is read, the net without a driver stays, to be refused."""
    if not model.aliases:
        return
    placed = {net for call in model.calls for net in call.pins.values()}
    driven = {*model.inputs, *placed, *(each.q for each in model.registers)}
    driven.update(each.output for each in model.cells)
    driven.update(each.output for each in model.covers)
    driven.update(each.output for each in model.aliases)
    hollow = [each for each in model.aliases if each.net not in driven]
    if not hollow:
        return
    read = {*model.outputs, *placed, *(each.net for each in model.aliases)}
    read.update(each.d for each in model.registers)
    read.update(net for each in model.cells for net in each.inputs)
    read.update(net for each in model.covers for net in each.inputs)
    model.aliases = [each for each in model.aliases if each.net in driven or each.output in read]
