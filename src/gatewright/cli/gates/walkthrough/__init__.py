"""One training step, told in words and numbers."""
