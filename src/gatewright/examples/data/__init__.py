"""Rows of examples: as files and arrays have them, and as bits."""
