"""Nets and references as decision diagrams: what a circuit computes, at any width."""
