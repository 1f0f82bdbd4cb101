"""What is placed in a circuit that is being built: wires, memories, and blocks that say what they compute."""
