"""Gates: what they are, how they are trained, what trained ones can do, where they are kept."""
