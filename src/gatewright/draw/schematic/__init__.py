"""Schematics: a circuit drawn with the symbols of its gates."""
