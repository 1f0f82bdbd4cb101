"""Equations, as ABC writes them."""
