"""Recognition: whether rows are a bit of an arithmetic operation, or a symmetric function."""
