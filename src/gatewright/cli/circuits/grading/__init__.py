"""``circuits grade``: what a class handed in, compared with what was asked for."""
