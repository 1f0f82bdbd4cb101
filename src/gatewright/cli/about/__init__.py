"""What a user may ask about the installation."""
