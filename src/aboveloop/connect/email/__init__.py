"""E-mail as folders of messages (Maildir): a mail server delivers into one and sends what stands in the other."""
