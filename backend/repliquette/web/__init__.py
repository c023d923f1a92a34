"""The local service: guard, API, the page."""
