"""State tables of KISS2."""
