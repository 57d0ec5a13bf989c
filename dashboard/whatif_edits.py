"""The changes that the what-if page offers for what is selected on the plan, and how they are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from dashboard.answer_words import connector_words, space_words
from dashboard.language import _, in_words
from dashboard.viewer import viewer
from twin.errors import EditError
from twin.plan.edits import apply, edit_from
from twin.plan.model import LETTABLE, ConnectorKind, Plan, Space
from twin.world.categories import CATEGORIES

EditDocument = Mapping[str, Any]
KIOSK_SIDE_M = 3.0
LETTING = frozenset({"move_tenant", "swap_tenants", "relet", "vacate"})
"""Edits that move people's money, not walls."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """One kind of change of the selected thing.

    Attributes:
        id: name in the form.
        title: English words, a key of the catalogue.
        needs: what else has to be chosen: ``tenant``, ``unit``, ``category``, ``width`` or nothing.
        make: the edit document from plan, selected id and what was chosen.
    """

    id: str
    title: str
    needs: str
    make: Callable[[Plan, str, Any], EditDocument]


def _relet(plan: Plan, space_id: str, category: Any) -> EditDocument:  # noqa: ANN401 - as the browser gave it
    """The unit let to an average newcomer of ``category`` on the terms of who was there."""
    label = CATEGORIES[category].name
    sitting = plan.tenant_of.get(space_id)
    tenant: dict[str, Any] = {
        "id": f"new-{space_id}-{category}",
        "space_id": space_id,
        "name": {"en": f"New: {label.en}", "zh": f"新店：{label.zh}"},
        "category": category,
        "rent_per_m2_month": CATEGORIES[category].base_rent_cny_m2_month,
        "turnover_rent_share": CATEGORIES[category].percentage_rent,
    }
    if sitting is not None:
        tenant |= {
            "rent_per_m2_month": sitting.rent_per_m2_month,
            "opens_h": sitting.opens_h,
            "closes_h": sitting.closes_h,
        }
    return {"edit": "relet", "space_id": space_id, "tenant": tenant}


def _swap(plan: Plan, space_id: str, other: Any) -> EditDocument:  # noqa: ANN401 - as the browser gave it
    return {"edit": "swap_tenants", "a": plan.tenant_of[space_id].id, "b": other}


def _move(plan: Plan, space_id: str, unit: Any) -> EditDocument:  # noqa: ANN401 - as the browser gave it
    return {"edit": "move_tenant", "tenant_id": plan.tenant_of[space_id].id, "space_id": unit}


def _kiosk(plan: Plan, space_id: str, category: Any) -> EditDocument:  # noqa: ANN401 - as the browser gave it
    """A kiosk of 3 × 3 m in the widest part of a walkway, let to an average newcomer of ``category``."""
    space = plan.space[space_id]
    x, y = shapely.maximum_inscribed_circle(space.shape, tolerance=0.25).coords[0]
    half = KIOSK_SIDE_M / 2
    taken = sum(one.id.startswith(f"kiosk-{space_id}") for one in plan.spaces)
    name = f"kiosk-{space_id}-{taken + 1}"
    corners = ((-half, -half), (half, -half), (half, half), (-half, half), (-half, -half))
    ring = [[x + dx, y + dy] for dx, dy in corners]
    tenant = {**_relet(plan, name, category)["tenant"], "space_id": name}
    return {"edit": "add_kiosk", "id": name, "level_id": space.level_id, "shape": ring, "tenant": tenant}


def _plain(edit: str) -> Callable[[Plan, str, Any], EditDocument]:
    def make(_plan: Plan, name: str, _chosen: Any) -> EditDocument:  # noqa: ANN401 - as the browser gave it
        return {"edit": edit, "id": name}

    return make


def _width(_plan: Plan, name: str, metres: Any) -> EditDocument:  # noqa: ANN401 - as the browser gave it
    return {"edit": "set_width", "id": name, "width_m": float(metres)}


def _vacate(_plan: Plan, space_id: str, _chosen: Any) -> EditDocument:  # noqa: ANN401 - as the browser gave it
    return {"edit": "vacate", "space_id": space_id}


ACTIONS: Mapping[str, Action] = {
    one.id: one
    for one in (
        Action(id="relet", title="Let to another category", needs="category", make=_relet),
        Action(id="swap", title="Swap with another tenant", needs="tenant", make=_swap),
        Action(id="move", title="Move the tenant to a vacant unit", needs="unit", make=_move),
        Action(id="vacate", title="The tenant leaves", needs="", make=_vacate),
        Action(id="close_space", title="Close it", needs="", make=_plain("close_space")),
        Action(id="kiosk", title="Put a kiosk here", needs="category", make=_kiosk),
        Action(id="close_exit", title="Close this exit", needs="", make=_plain("close_exit")),
        Action(id="width", title="Change the clear width", needs="width", make=_width),
        Action(id="stop", title="Stop this escalator", needs="", make=_plain("stop_escalator")),
        Action(id="close_connector", title="Close it to everybody", needs="", make=_plain("close_connector")),
    )
}


def actions_for(plan: Plan, kind: str, name: str) -> list[Action]:
    """What can be changed about the selected thing."""
    if kind == "exit" and name in plan.exit:
        return [ACTIONS["close_exit"], ACTIONS["width"]]
    if kind == "connector" and name in plan.connector:
        first = [ACTIONS["stop"]] if plan.connector[name].kind is ConnectorKind.ESCALATOR else []
        return [*first, ACTIONS["close_connector"]]
    space = plan.space.get(name) if kind == "space" else None
    if space is None or not space.walkable:
        return []
    if space.kind not in LETTABLE:
        return [ACTIONS["kiosk"], ACTIONS["close_space"]] if space.public else [ACTIONS["close_space"]]
    if name not in plan.tenant_of:
        return [ACTIONS["relet"], ACTIONS["close_space"]]
    return [ACTIONS[one] for one in ("relet", "swap", "move", "vacate", "close_space")]


def choices(plan: Plan, needs: str, name: str) -> list[dict[str, str]]:
    """What can be chosen for an action that ``needs`` something."""
    pairs: list[tuple[str, str]] = []
    if needs == "category":
        pairs = [(key, one.name.text(viewer().language)) for key, one in CATEGORIES.items()]
    elif needs == "tenant":
        own = plan.tenant_of.get(name)
        pairs = [(t.id, space_words(plan.space[t.space_id], plan)) for t in plan.tenants if t is not own]
    elif needs == "unit":
        pairs = [
            (s.id, _unit_words(s, plan))
            for s in plan.spaces
            if s.kind in LETTABLE and s.id not in plan.tenant_of
        ]
    return [{"value": value, "label": label} for value, label in sorted(pairs, key=lambda pair: pair[1])]


def _unit_words(space: Space, plan: Plan) -> str:
    return f"{space_words(space, plan)} · {space.shape.area:.0f} m²"


def thing_words(plan: Plan, kind: str, name: str) -> str:
    """What is selected, in words."""
    if kind == "space" and name in plan.space:
        return space_words(plan.space[name], plan)
    if kind == "connector" and name in plan.connector:
        return connector_words(plan.connector[name], plan)
    if kind == "exit" and name in plan.exit:
        one = plan.exit[name]
        return f"{plan.level[one.level_id].short_name} · {in_words(one.name) or one.id}"
    if name in plan.opening:
        first, second = (plan.space[space] for space in plan.opening[name].spaces)
        return f"{space_words(first, plan)} → {in_words(second.name) or second.id}"
    return name


def _of(plan: Plan, name: str) -> str:
    for kind, known in (("space", plan.space), ("connector", plan.connector), ("exit", plan.exit)):
        if name in known:
            return thing_words(plan, kind, name)
    if name in plan.tenant:
        return in_words(plan.tenant[name].name)
    return thing_words(plan, "opening", name)


def edit_words(plan: Plan, edit: EditDocument) -> str:
    """An edit in one short sentence."""
    kind = edit["edit"]
    if kind in {"relet", "add_kiosk"}:
        tenant = edit.get("tenant") or {}
        category = CATEGORIES.get(str(tenant.get("category", "")))
        what = category.name.text(viewer().language) if category is not None else _("vacant")
        place = edit["space_id"] if kind == "relet" else edit["id"]
        sentence = _("{place}: let to {what}") if kind == "relet" else _("new kiosk: {what}")
        return sentence.format(place=_of(plan, place), what=what)
    if kind == "swap_tenants":
        return _("{a} and {b} change places", a=_of(plan, edit["a"]), b=_of(plan, edit["b"]))
    if kind == "move_tenant":
        return _(
            "{tenant} moves to {unit}", tenant=_of(plan, edit["tenant_id"]), unit=_of(plan, edit["space_id"])
        )
    if kind == "set_width":
        return _(
            "{what}: clear width {width:.2f} m", what=_of(plan, edit["id"]), width=float(edit["width_m"])
        )
    plain = {
        "vacate": _("{what}: the tenant leaves"),
        "close_space": _("{what}: closed"),
        "close_exit": _("{what}: closed"),
        "close_connector": _("{what}: closed"),
        "close_opening": _("{what}: closed"),
        "reopen": _("{what}: open again"),
        "stop_escalator": _("{what}: stands still"),
        "split_space": _("{what}: split in two"),
        "move_space_front": _("{what}: front moved"),
    }
    return plain[kind].format(what=_of(plan, str(edit.get("id", edit.get("space_id", "")))))


_MARKS = {
    "close_exit": "blocked",
    "close_opening": "blocked",
    "close_connector": "blocked",
    "close_space": "blocked",
    "stop_escalator": "stopped",
}
"""Sign on the plan of an edit; the others are marked as edited."""


def edit_marks(plan: Plan, changed: Plan, edits: Sequence[EditDocument]) -> list[dict[str, str]]:
    """Marks of the canvas at what ``edits`` changed, once each."""
    marks: dict[str, dict[str, str]] = {}
    for edit in edits:
        names = [str(edit[field]) for field in ("id", "space_id", "a", "b", "tenant_id") if edit.get(field)]
        for name in names:
            sitting = plan.tenant.get(name)
            place = sitting.space_id if sitting is not None else name
            kinds = {"space": changed.space, "exit": changed.exit, "connector": changed.connector}
            of = next((kind for kind, known in kinds.items() if place in known), "opening")
            marks[place] = {"kind": _MARKS.get(str(edit["edit"]), "edit"), "of": of, "id": place}
    return list(marks.values())


def scenario_kind(edits: Sequence[EditDocument]) -> str:
    """``tenant_mix`` where only leases change, else ``layout``."""
    return "tenant_mix" if all(edit["edit"] in LETTING for edit in edits) else "layout"


def tried(plan: Plan, edits: Sequence[EditDocument]) -> Plan:
    """The changed plan.

    Raises:
        EditError: if an edit does not fit; the message names the thing and the rule.
    """
    if not edits:
        raise EditError("there is no change yet")
    return apply(plan, [edit_from(edit) for edit in edits])
