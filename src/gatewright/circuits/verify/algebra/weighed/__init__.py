"""Adders of plain gates, told by what their bits weigh, and proved."""
