"""Drawings of circuits by programs for teaching: Digital and Logisim-evolution."""
