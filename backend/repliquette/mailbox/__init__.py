"""Where mail comes from and drafts go to."""
