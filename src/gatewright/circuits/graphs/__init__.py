"""A circuit as a graph of networkx: written, read, and the paths in it."""
