"""A circuit as wires and gates: its ports, what is placed in it, and whether it is one."""

from gatewright.circuits.netlist.buses import Bus as Bus
from gatewright.circuits.netlist.buses import bit_names as bit_names
from gatewright.circuits.netlist.buses import bus_columns as bus_columns
from gatewright.circuits.netlist.buses import placed_bits as placed_bits
from gatewright.circuits.netlist.buses import port_bits as port_bits
from gatewright.circuits.netlist.netlist import MOST_GATES as MOST_GATES
from gatewright.circuits.netlist.netlist import Netlist as Netlist
from gatewright.circuits.netlist.parts import BlockReference as BlockReference
from gatewright.circuits.netlist.parts import Clock as Clock
from gatewright.circuits.netlist.parts import Instance as Instance
from gatewright.circuits.netlist.parts import Register as Register
