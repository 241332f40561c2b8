"""The fixed words of the chat page and its button, in the languages that the house reads. An operation may put words of
its own in their place (`words` of its channel `webchat`). It knows nothing of pages.
"""
