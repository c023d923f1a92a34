"""Rule files made usable: found, read with line numbers, their phrases compiled.

Every room that reads something under `rules/` does it through this package;
what the keys of a file mean is the business of that room.
"""
