"""Grading: how a circuit that somebody made differs from the one that was asked for, and what it is made of."""
