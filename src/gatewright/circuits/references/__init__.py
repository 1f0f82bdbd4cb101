"""The numbers that references compute with: they grow instead of overflowing."""
