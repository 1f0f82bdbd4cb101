"""Satisfiability: the solver, and sweeping by it."""
