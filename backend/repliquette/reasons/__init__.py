"""Conversation to Verdict: pure."""
