"""The command line: one file for each command, which parses, calls one library function and renders."""
