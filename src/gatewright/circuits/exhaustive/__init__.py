"""Proofs by every pattern there is: in ranges, shared out, and kept in a checkpoint."""
