"""Findings: what a measured log says of repetition, rework and rules, and which opportunities stand on evidence.

What is claimed was tested against chance, all claims of one kind together. It reads and proposes, and acts on nothing.
"""
