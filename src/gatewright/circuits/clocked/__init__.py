"""Circuits with registers: what they compute cycle by cycle, and the circuit between two cycles."""
