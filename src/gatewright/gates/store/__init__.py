"""Gates in files: how one is written and read, and the folder that keeps them."""
