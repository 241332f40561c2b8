"""Exports of other help desks: files and APIs read page by page, each record told as what happened to it.

It stores nothing and knows no history; `app.importing` masks, keeps and counts.
"""
