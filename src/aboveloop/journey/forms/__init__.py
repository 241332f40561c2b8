"""Forms that customers sent: what stood in which field, kept beside the message that it became.

It knows no page and no entity: what a field says is read with the message (`understand.filled`).
"""
