"""Proofs by every pattern there is: in ranges, shared out, and kept on record."""
