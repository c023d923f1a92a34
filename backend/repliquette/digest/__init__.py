"""The week on one page: what I owe, what others owe me, what settled by itself.

`content` gathers it as plain data from the desk, `form` makes HTML and text of
it, `words` holds the sentences.  Nothing here reads mail or changes anything.
"""
