"""Gates: what one is, how it is trained, what a trained one can do, where it is kept."""
