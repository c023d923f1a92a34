"""A sample mailbox on an embedded IMAP server."""
