"""Guidance: how far it is from every place of a room to each of its ways out, and which way to go."""

from __future__ import annotations
