"""AIGER, the format of and-inverter graphs, ascii and binary."""
