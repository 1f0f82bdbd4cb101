"""Learning a gate's logic on bits, for recipes that restore their inputs."""
