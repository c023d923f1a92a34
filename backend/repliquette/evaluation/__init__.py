"""Labelled cases and how the program does on them."""
