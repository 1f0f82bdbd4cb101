"""What is on the wires of a circuit: exact and learned gates, for many patterns at once."""
