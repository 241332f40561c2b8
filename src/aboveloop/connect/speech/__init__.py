"""Speech: what is said becomes words, and words are said. Ports, backends of this machine (the extra `voice`) and of
providers. It must not know chats, calls or customers: a telephone call uses the same parts.
"""
