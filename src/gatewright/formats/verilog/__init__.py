"""Verilog: written as modules of gates, read with Yosys."""
