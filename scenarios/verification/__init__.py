"""Verification: the product put through the tests of public guidelines, and measured against experiments.

A test is a :class:`~scenarios.verification.case.Case` in a suite (:mod:`~scenarios.verification.registry`).
Each is run on each engine through the product's own interface; what an engine cannot do is listed with its
reason, never left out. ``twin verify`` runs them, :mod:`~scenarios.verification.report` writes them down.
"""
