"""What is wrong with what is learned by, tried on numbers: activations, losses, inits and optimisers."""
