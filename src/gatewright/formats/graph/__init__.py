"""Graphs of networkx as files: GraphML and node-link JSON."""
