"""Yosys: how it is run, and the JSON that it writes."""
