"""What opaque category ids mean, learnt from the names of the units that have them.

For each narrowest id: the kinds that its units' names say are counted, and the majority of the named units
decides. An id whose units are mostly named with brands is one of units to let. An id whose units have no
name, or seldom, stays unexplained, except that one whose units lie around most escalators is a void:
escalators hang in atria. What is learnt is a guess, and is marked so; a unit's own name is a statement.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from collections.abc import Mapping as Votes
from dataclasses import dataclass

import shapely

from floorplans.mapped_units import Unit
from floorplans.mapping import Mapping, NameRule, Trade
from twin.plan.model import LETTABLE, Provenance, SpaceKind

MAJORITY = 0.5
NAMED_SHARE = 0.5
"""Share of an id's units that must be named for brands to decide what the unnamed ones are."""
TRADE_SHARE = 0.2
"""Share of the names under one broad id that must speak for a trade: most brands say nothing."""
FEW_BRANDS = 5
"""Under a broad id with fewer names than this, each unit's own name speaks for its trade."""
BESIDE_M = 0.3
BESIDE_SHARE = 0.25
"""Share of an escalator's outline that a void around it takes at least: its long sides, or one of them."""
LET = "let"
DEFAULT_TRADE = {
    SpaceKind.FOOD: "restaurant",
    SpaceKind.LEISURE: "entertainment",
    SpaceKind.SUPERMARKET: "supermarket",
    SpaceKind.ANCHOR: "department_store",
}
"""Tenant category of a unit whose kind the mapping gives; fashion for all others."""


@dataclass(frozen=True)
class Meaning:
    """What a unit is."""

    kind: SpaceKind
    provenance: Provenance
    rule: NameRule | None = None
    let: bool = False
    vacant: bool = False
    trade: str = ""
    public: bool | None = None


class Lexicon:
    """Meanings of names and of learnt ids, under one mapping."""

    def __init__(self, units: Iterable[Unit], mapping: Mapping) -> None:
        self._mapping = mapping
        units = list(units)
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        named: Counter[str] = Counter()
        total: Counter[str] = Counter()
        trades: dict[str, Counter[int]] = defaultdict(Counter)
        brands: Counter[str] = Counter()
        for unit in units:
            total[unit.leaf] += 1
            if not unit.name:
                continue
            rule = self._rule(unit.name)
            named[unit.leaf] += 1
            votes[unit.leaf][rule.kind.value if rule else LET] += 1
            if rule is None and not self._is_vacant(unit.name):
                brands[unit.root] += 1
                number = self._trade_of_name(unit.name)
                if number is not None:
                    trades[unit.root][number] += 1
        self.learnt: dict[str, SpaceKind | None] = {}
        """Kind of each id that was learnt; ``None``: units to let."""
        self._learn_kinds(votes, named, total)
        self._brands = brands
        self._trade: dict[str, Trade] = {}
        for root, spoken in trades.items():
            number, most = spoken.most_common(1)[0]
            if most >= TRADE_SHARE * brands[root]:
                self._trade[root] = mapping.trades[number]
        if mapping.voids_around_escalators:
            self._learn_voids(units)

    def _learn_kinds(self, votes: Votes[str, Counter[str]], named: Counter[str], total: Counter[str]) -> None:
        for leaf, count in votes.items():
            word, most = count.most_common(1)[0]
            if not leaf or most < MAJORITY * named[leaf]:
                continue
            if word != LET:
                self.learnt[leaf] = SpaceKind(word)
            elif named[leaf] >= NAMED_SHARE * total[leaf]:
                self.learnt[leaf] = None

    def _learn_voids(self, units: list[Unit]) -> None:
        escalators = [u for u in units if (self._rule(u.name) or _NONE).kind is SpaceKind.ESCALATOR]
        unknown = [u for u in units if u.leaf and u.leaf not in self.learnt and not u.name]
        beside: Counter[str] = Counter()
        for escalator in escalators:
            outline = escalator.shape.boundary
            shares: Counter[str] = Counter()
            for unit in unknown:
                if unit.level == escalator.level and unit.shape.distance(outline) <= BESIDE_M:
                    around = shapely.intersection(outline, unit.shape.buffer(BESIDE_M))
                    shares[unit.leaf] += around.length / outline.length
            beside.update(leaf for leaf, share in shares.items() if share >= BESIDE_SHARE)
        if beside:
            leaf, count = beside.most_common(1)[0]
            if count >= MAJORITY * len(escalators):
                self.learnt[leaf] = SpaceKind.VOID

    def _rule(self, name: str) -> NameRule | None:
        if not name:
            return None
        return next(
            (rule for rule in self._mapping.names if re.search(rule.match, name, re.IGNORECASE)), None
        )

    def _is_vacant(self, name: str) -> bool:
        return self._mapping.vacant is not None and bool(re.search(self._mapping.vacant, name, re.IGNORECASE))

    def _trade_of_name(self, name: str) -> int | None:
        return next(
            (
                number
                for number, rule in enumerate(self._mapping.trades)
                if re.search(rule.match, name, re.IGNORECASE)
            ),
            None,
        )

    def meaning(self, unit: Unit) -> Meaning:
        """What ``unit`` is: by its own name, its category in the mapping, or what its id was learnt to be."""
        rule = self._rule(unit.name)
        if rule is not None:
            return Meaning(rule.kind, Provenance.GIVEN, rule, public=rule.public)
        for word in reversed(unit.category):
            known = self._mapping.categories.get(word)
            if known is not None and known.kind is not None:
                let = known.kind in LETTABLE
                return Meaning(
                    known.kind,
                    Provenance.GIVEN,
                    let=let,
                    vacant=let and (not unit.name or self._is_vacant(unit.name)),
                    trade=DEFAULT_TRADE.get(known.kind, "fashion") if let else "",
                    public=known.public,
                )
        learnt = self.learnt.get(unit.leaf, SpaceKind.ROOM)
        if not unit.name and unit.leaf in self.learnt and learnt is not None:
            return Meaning(learnt, Provenance.GUESSED)
        let = bool(unit.name) or (unit.leaf in self.learnt and learnt is None)
        if let and self._mapping.default_trade is not None:
            return self._to_let(unit)
        return Meaning(self._mapping.unnamed, Provenance.GUESSED)

    def _to_let(self, unit: Unit) -> Meaning:
        trade = self._trade.get(unit.root)
        if trade is None and self._brands[unit.root] < FEW_BRANDS:
            own = self._trade_of_name(unit.name)
            trade = self._mapping.trades[own] if own is not None else None
        trade = trade or self._mapping.default_trade
        kind = trade.kind if trade is not None else SpaceKind.SHOP
        vacant = not unit.name or self._is_vacant(unit.name)
        return Meaning(
            kind,
            Provenance.GUESSED if vacant or not unit.name else Provenance.DERIVED,
            let=True,
            vacant=vacant,
            trade=trade.category if trade is not None else "fashion",
        )


_NONE = NameRule(match="^$", kind=SpaceKind.ROOM)
