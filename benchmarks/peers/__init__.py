"""Plain scripts that run under the peers' interpreter, one peer each."""
