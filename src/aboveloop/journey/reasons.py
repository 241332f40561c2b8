"""Why cases are given to people, where the words are counted by others."""

NOT_UNDERSTOOD = "The customer's messages were not understood."
