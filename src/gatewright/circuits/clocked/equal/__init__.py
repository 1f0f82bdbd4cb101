"""Whether two circuits with registers do the same in every cycle, and where they do not."""
