"""Proofs by algebra: circuits as polynomials with whole coefficients over bits."""
