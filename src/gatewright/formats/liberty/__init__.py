"""Liberty: gates as the cells that Yosys and ABC map a circuit to."""
