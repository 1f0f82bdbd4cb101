"""How the rooms below ask for what plugins give, without knowing of plugins.

It imports nothing, as it is imported with the package itself.

Example:
    >>> callable(how[-1])
    True
"""

how = [lambda _kind: None]
"""What loads all that plugins give of a kind, such as ``activations``: the last; the package adds it."""
