"""Integers whose bits are unknown, and what references and domains say of them."""
