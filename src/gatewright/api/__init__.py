"""Gates and circuits by name, by expression and from files, and what can be done with them in few words."""
