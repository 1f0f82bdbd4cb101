"""Plugins: the hooks, how they are found and kept apart, and what is built in through them."""
