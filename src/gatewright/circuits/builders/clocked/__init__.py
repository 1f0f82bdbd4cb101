"""Builders of circuits with registers; beside each stands what it does in one cycle, in plain Python."""
