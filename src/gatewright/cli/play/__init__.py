"""``circuits play``: a page on this machine on which gates learn while one looks on, and are wired together."""
