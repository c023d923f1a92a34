"""From a verdict to a courteous reply: when it is due, to whom it goes, what it says.

`etiquette` gives the due time, `compose` the suggestions, `draft` the bytes
that go into the Drafts folder, `craft` the reading of a draft before it goes
out.  Everything here is pure; words live in `rules/replies/` and `rules/craft/`.
"""
