"""Proving a circuit block by block: each block that has integers of its own is a lemma."""
