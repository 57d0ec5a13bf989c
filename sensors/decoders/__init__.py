"""Decoders of the dialects that come with mall-twin."""
