"""What is built in, given through the hooks that every plugin has."""
