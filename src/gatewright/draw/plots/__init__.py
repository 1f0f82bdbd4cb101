"""Plots of gates and of their training."""
