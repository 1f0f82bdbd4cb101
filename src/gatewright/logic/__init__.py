"""Bits, truth tables: logic that knows nothing of learning."""
