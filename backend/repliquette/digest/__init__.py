"""The week: what I owe, what others owe me, what I returned."""
