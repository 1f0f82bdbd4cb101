"""Learners from papers and textbooks, with the figures that they were published with."""
