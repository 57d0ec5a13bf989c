"""The pages, one module each; see :mod:`dashboard.page`."""
