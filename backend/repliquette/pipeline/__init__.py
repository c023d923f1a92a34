"""The only place that composes mailbox, message, conversation, reasons, replies and store."""
