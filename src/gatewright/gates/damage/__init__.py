"""Damage to the weights of a trained gate: what it does, and how much of it a certified gate takes."""
