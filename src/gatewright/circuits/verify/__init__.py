"""Verdicts: what a circuit was compared with, how, and what came of it."""
