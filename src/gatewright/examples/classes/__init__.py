"""Classes of one column that are learned together, and the proof that a circuit is their votes."""
