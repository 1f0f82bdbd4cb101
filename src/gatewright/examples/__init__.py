"""Circuits learned from examples: the data, the learners, recognition, and what may be said of new rows."""
