"""Bytes to Message: pure, and never falls over hostile mail."""
