"""Importers of floor plans, and the demo mall."""
