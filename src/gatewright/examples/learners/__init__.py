"""Learners: each makes a circuit of rows of bits."""
