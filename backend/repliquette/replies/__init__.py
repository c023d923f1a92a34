"""Verdict to Suggestion: pure."""
