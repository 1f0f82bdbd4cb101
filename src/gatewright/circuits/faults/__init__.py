"""Faults of manufacture: wires that are stuck, and the patterns that show them."""
