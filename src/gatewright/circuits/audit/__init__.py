"""Audits: a folder that holds everything a verdict rests on, and a checker that a stranger can read."""
