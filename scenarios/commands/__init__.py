"""Subcommands of ``twin`` that ask a question."""
