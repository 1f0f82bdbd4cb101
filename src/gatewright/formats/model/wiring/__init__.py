"""The wires of a circuit while its file is being read."""

from gatewright.formats.model.wiring.clocks import CLOCKS as CLOCKS
from gatewright.formats.model.wiring.nets import LONGEST_NAME as LONGEST_NAME
from gatewright.formats.model.wiring.rings import CycleError as CycleError
from gatewright.formats.model.wiring.rings import ring as ring
from gatewright.formats.model.wiring.wiring import Wiring as Wiring
