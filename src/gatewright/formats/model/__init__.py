"""What the readers and writers of all formats share: sources, ports, names, and models."""
