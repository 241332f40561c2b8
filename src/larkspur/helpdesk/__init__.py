"""The help desk that Larkspur's people worked with before: its past tickets, as the desk's own export tells them."""
