"""``circuits train``: what is trained, what a user chose of its recipe, and how it is shown."""
