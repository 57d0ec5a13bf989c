"""Set-ups that several guidelines share: each draws its scene, runs the product on it and hands back numbers.

The suites name them, with the criterion of their own document.
"""
