"""BLIF, the Berkeley Logic Interchange Format."""
