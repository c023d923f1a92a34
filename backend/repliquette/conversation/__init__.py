"""Messages to conversations: pure."""
