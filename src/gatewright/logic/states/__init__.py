"""Machines of states: their tables, and their states as bits."""
