"""Libraries of NPN classes: one proved gate for each class, and of them one for every function of few inputs."""
