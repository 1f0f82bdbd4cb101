"""The command about faults of manufacture."""
