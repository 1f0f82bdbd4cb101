"""Proofs by trying every pattern: in ranges, shared out, and kept in a checkpoint."""
