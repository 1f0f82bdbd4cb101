"""Circuits in standard formats, one folder for each family."""
