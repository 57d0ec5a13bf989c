"""Plans as they would be after the changes of the what-if page, kept while somebody looks at them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.drawing import drawing_of
from dashboard.whatif_edits import tried
from twin.plan.model import Plan

KEPT = 24


class ChangedPlans:
    """Changed plans and their drawings by the hash of their edits, the latest few."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Plan, bytes]] = OrderedDict()

    def key(self, plan: Plan, edits: Sequence[Mapping[str, Any]]) -> str:
        """Name of the drawing of ``plan`` with ``edits``."""
        return hashlib.sha256(f"{plan.version}{json.dumps(edits, sort_keys=True)}".encode()).hexdigest()[:16]

    def keep(self, plan: Plan, edits: Sequence[Mapping[str, Any]]) -> str:
        """Draw ``plan`` with ``edits``; returns the key. Raises EditError if an edit does not fit."""
        key = self.key(plan, edits)
        if key not in self._kept:
            changed = tried(plan, edits)
            body = json.dumps(drawing_of(changed), ensure_ascii=False, separators=(",", ":")).encode()
            self._kept[key] = changed, gzip.compress(body, mtime=0)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> bytes | None:
        """The drawing of ``key``, gzipped JSON."""
        found = self._kept.get(key)
        return None if found is None else found[1]

    def changed(self, plan: Plan, edits: Sequence[Mapping[str, Any]]) -> Plan:
        """``plan`` with ``edits``; ``plan`` itself where there are none."""
        if not edits:
            return plan
        return self._kept[self.keep(plan, edits)][0]
