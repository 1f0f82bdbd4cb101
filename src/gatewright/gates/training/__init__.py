"""How a gate is trained: a recipe, the rows to learn, the training, and what is made of its result."""
