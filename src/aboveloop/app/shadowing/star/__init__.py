"""Recorded dialogues of people with clerks who follow task graphs (STAR), read by a worker beside the clerk."""
