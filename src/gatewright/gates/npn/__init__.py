"""Libraries of NPN classes: one proved gate a class makes a proved gate for every function of few inputs."""
