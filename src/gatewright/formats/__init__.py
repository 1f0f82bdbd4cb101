"""Circuits in standard formats, one file a format."""
