"""The outside: channels, systems of record and models. Only this room opens a socket."""
