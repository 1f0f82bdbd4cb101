"""Circuits: wiring gates together, evaluating the result with exact and trained cells, verdicts."""
