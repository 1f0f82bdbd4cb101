"""PLA, the tables of espresso."""
