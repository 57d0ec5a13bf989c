"""Writing a plan as IMDF and reading it back loses nothing.

The generated plans hold every field of every feature, with the awkward values a real plan can have.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import shapely
import shapely.affinity
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from floorplans.imdf import read_plan, write_plan
from twin.plan import model as m

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
NUMBERS = st.floats(0.05, 90.0, allow_nan=False) | st.integers(1, 90)
LABELS = st.builds(m.Label, en=WORDS, zh=WORDS)


def sources_of(*fields: str):
    """Provenance of some of ``fields``."""
    return st.dictionaries(st.sampled_from(fields), st.sampled_from(m.Provenance), max_size=len(fields))


def places():
    """Points within a building."""
    return st.builds(shapely.Point, st.floats(-400, 400), st.floats(-400, 400))


def lines():
    """Straight doors of 0.5 to 5 m."""
    return st.builds(
        lambda x, y, dx: shapely.LineString([(x, y), (x + dx, y + dx / 3)]),
        st.floats(-400, 400),
        st.floats(-400, 400),
        st.floats(0.5, 5.0),
    )


def polygons():
    """Rectangles at odd coordinates, half of them with a hole."""

    def build(x: float, y: float, width: float, depth: float, hole: object) -> shapely.Polygon:
        holes = (
            [shapely.box(x + width / 4, y + depth / 4, x + width / 2, y + depth / 2).exterior] if hole else []
        )
        return shapely.Polygon(shapely.box(x, y, x + width, y + depth).exterior, holes)

    return st.builds(
        build, st.floats(-400, 400), st.floats(-400, 400), st.floats(1, 90), st.floats(1, 90), st.booleans()
    )


def shapes():
    """Outlines: one polygon, or two far apart."""
    return polygons() | st.builds(
        lambda one: shapely.MultiPolygon([one, shapely.affinity.translate(one, 1000.0, 0.0)]), polygons()
    )


@st.composite
def plans(draw: st.DrawFn) -> m.Plan:
    """A plan of one to three levels, with every kind of feature."""
    level_ids = [f"L{k}" for k in range(draw(st.integers(1, 3)))]
    levels = tuple(
        draw(
            st.builds(
                m.Level,
                id=st.just(name),
                ordinal=st.just(k - 1),
                name=LABELS,
                short_name=WORDS,
                elevation_m=NUMBERS,
                height_m=NUMBERS,
                outline=shapes(),
                sources=sources_of("height_m", "elevation_m"),
            )
        )
        for k, name in enumerate(level_ids)
    )
    space_ids = [f"s{k}" for k in range(draw(st.integers(2, 6)))]
    where, level = st.sampled_from(space_ids), st.sampled_from(level_ids)
    spaces = tuple(
        draw(
            st.builds(
                m.Space,
                id=st.just(name),
                level_id=level,
                kind=st.sampled_from(m.SpaceKind),
                shape=polygons(),
                name=LABELS,
                public=st.booleans(),
                occupant_density=st.none() | NUMBERS,
                protected=st.booleans(),
                category=WORDS,
                sources=sources_of("kind", "shape"),
            )
        )
        for name in space_ids
    )

    def few(kind: type, prefix: str, /, **fields: st.SearchStrategy[object]) -> tuple[object, ...]:
        return tuple(
            draw(st.builds(kind, id=st.just(f"{prefix}{k}"), **fields))
            for k in range(draw(st.integers(0, 3)))
        )

    common = {"level_id": level, "line": lines(), "width_m": NUMBERS, "open": st.booleans()}
    stop = st.builds(m.Stop, level_id=level, space_id=where, at=places())
    return m.Plan(
        id=draw(WORDS.filter(bool)),
        name=draw(LABELS),
        levels=levels,
        spaces=spaces,
        openings=few(
            m.Opening,
            "o",
            kind=st.sampled_from(m.OpeningKind),
            spaces=st.tuples(where, where),
            one_way=st.booleans(),
            sources=sources_of("width_m", "line"),
            **common,
        ),
        exits=few(
            m.Exit,
            "s",  # the same ids as spaces: ids are unique in their kind only
            kind=st.sampled_from(m.ExitKind),
            space_id=where,
            name=LABELS,
            emergency_only=st.booleans(),
            sources=sources_of("kind"),
            **common,
        ),
        connectors=few(
            m.Connector,
            "c",
            kind=st.sampled_from(m.ConnectorKind),
            stops=st.lists(stop, min_size=2, max_size=4).map(tuple),
            width_m=NUMBERS,
            direction=st.sampled_from(m.Direction),
            slope_length_m=st.none() | NUMBERS,
            cars=st.integers(1, 4),
            name=LABELS,
            sources=sources_of("direction", "riser_m"),
        ),
        devices=few(
            m.Device,
            "d",
            kind=st.sampled_from(m.DeviceKind),
            level_id=level,
            at=places(),
            space_id=st.just("") | where,
            name=LABELS,
            heading_deg=NUMBERS,
            topic=WORDS,
            sources=sources_of("heading_deg"),
        ),
        tenants=few(
            m.Tenant,
            "t",
            space_id=where,
            name=LABELS,
            category=WORDS,
            rent_per_m2_month=NUMBERS,
            lease_start=st.sampled_from(["", "2024-01-01"]),
            lease_end=st.sampled_from(["", "2027-12-31"]),
            sources=sources_of("rent_per_m2_month"),
        ),
        frame=draw(
            st.builds(
                m.Frame,
                longitude=st.floats(-179, 179),
                latitude=st.floats(-70, 70),
                turn_deg=st.floats(-180, 180),
            )
        ),
        currency=draw(st.sampled_from(["CNY", "JPY"])),
        notes=draw(st.lists(WORDS, max_size=2).map(tuple)),
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(plan=plans())
def test_written_and_read_back_is_the_same_plan(plan: m.Plan):
    """Equality by value and the same version, for every field, as a folder and as a zip."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("plan", "plan.zip"):
            path = Path(folder) / name
            write_plan(plan, path, created=NOW)
            again = read_plan(path)
            assert again == plan
            assert again.version == plan.version
