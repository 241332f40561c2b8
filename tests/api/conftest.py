"""The sample company's site, for tests of its doors."""

from api.open_house import house, operation, site, template, understands

__all__ = ["house", "operation", "site", "template", "understands"]
