"""Decoders: every sample payload, and whatever a broken sender makes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sensors.decoders.native import MEASURES, plainly_valid
from sensors.decoding import Context, decode
from sensors.identity import Identity
from twin.errors import ReadingError
from twin.live.reading import Reading
from twin.plan.model import Plan

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SCHEMA = json.loads(files("sensors.schemas").joinpath("reading.schema.json").read_text("utf-8"))

EXPECTED = {
    "xovis/v4_event_push_values": [("count_in", 1)],
    "xovis/v4_line_count_content_element": [("count_in", 1), ("count_out", 0)],
    "xovis/v5_live_addons": [("heartbeat", 1)],
    "xovis/v5_live_count_events": [("total_in", 1471)],
    "xovis/v5_live_event_line_cross": [("count_out", 1)],
    # Each person is followed by the group that the person is in: four people crossed, not eight.
    "xovis/v5_live_periodic": [("count_out", 1), ("count_out", 1), ("count_in", 1), ("count_in", 1)],
    "xovis/v5_live_person_and_group": [("heartbeat", 1)],
    "xovis/v5_live_queue": [("dwell_s", 10.922001)],
    "xovis/v5_logics_line_gender_age_bins_samples": [("count_in", 0), ("count_out", 1)],
    "xovis/v5_logics_mask_gender": [("count_in", 1), ("count_out", 0)],
    "xovis/v5_logics_queue": [("queue", 0), ("dwell_s", 124.426003)],
    "xovis/v5_logics_zone_and_line_4x1min": [
        *[("occupancy", 0)] * 4, ("count_in", 1), ("count_out", 0), ("count_in", 3), ("count_out", 1),
        ("count_in", 0), ("count_out", 0), ("count_in", 0), ("count_out", 0),
    ],
    "xovis/v5_logics_zone_occupancy_visits_dwell": [("occupancy", 1), ("dwell_s", 83.646004)],
    "xovis/v5_status": [("heartbeat", 1), ("fault", 0), ("temperature_c", 52)],
    "milesight/vs121p_region_people_counting_interval": [("occupancy", 10)],
    "milesight/vs125_dwell_trigger": [("dwell_s", 96.799)],
    "milesight/vs125_line_trigger": [("count_in", 27), ("count_out", 27)] * 2,
    "milesight/vs125_periodic": [
        ("total_in", 0), ("total_out", 0), ("count_in", 0), ("count_out", 0), ("occupancy", 2),
        ("dwell_s", 308.367),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def context(watched_mall: Plan) -> Context:
    return Context(Identity(watched_mall), NOW)


def _told(readings: list[Reading]) -> list[tuple[str, float]]:
    return [(one.kind.value, one.value) for one in readings]


def _outcome(topic: str, raw: bytes, context: Context) -> tuple[list[Reading], str]:
    """The readings, or the reason why there are none. Any other exception is a failure."""
    try:
        return decode(topic, raw, context), ""
    except ReadingError as error:
        return [], str(error)


@pytest.mark.shared
@pytest.mark.parametrize("name", EXPECTED)
def test_each_sample_is_read_as_a_person_reads_it(shared: Path, context: Context, name: str) -> None:
    raw = (shared / "data" / "payloads" / f"{name}.json").read_bytes()
    assert _told(decode("site/gate/c-west", raw, context)) == EXPECTED[name]


@pytest.mark.shared
def test_every_sample_is_read_or_refused_with_a_reason(shared: Path, context: Context) -> None:
    """Also the samples of other vendors: readings or a ReadingError of one line, never another exception."""
    samples = sorted((shared / "data" / "payloads").glob("*/*"))
    assert len(samples) > 40
    for path in samples:
        readings, reason = _outcome("site/gate/c-west", path.read_bytes(), context)
        assert bool(readings) != bool(reason)
        assert "\n" not in reason


@pytest.mark.shared
def test_times_are_read_in_both_forms(shared: Path, context: Context) -> None:
    """Unix milliseconds and RFC 3339 of one moment are one moment."""
    raw = (shared / "data/payloads/xovis/v5_logics_mask_gender.json").read_bytes()
    first = decode("c-west", raw, context)[0]
    second = decode("c-west", raw.replace(b"1684325400000", b'"2023-05-17T14:10:00+02:00"'), context)[0]
    assert first.measured == second.measured == datetime(2023, 5, 17, 12, 10, tzinfo=UTC)


def _mutations(shared_text: list[str]) -> st.SearchStrategy[bytes]:
    """Samples with a value replaced, a key gone, cut short, or bytes flipped."""
    junk = st.sampled_from(
        [
            None,
            True,
            -1,
            1e400,
            10**400,
            "",
            "x" * 300,
            "\x00",
            "\ud800",
            [],
            {},
            [[]],
            "NaN",
            0.5,
            "2020-13-45",
        ]
    )

    def spoil(value: object, path: int, new: object) -> object:
        nodes = [0]

        def walk(one: object) -> object:
            nodes[0] += 1
            if nodes[0] == path:
                return new
            if isinstance(one, dict):
                return {k: walk(v) for k, v in one.items()}
            return [walk(v) for v in one] if isinstance(one, list) else one

        return walk(value)

    document = st.builds(
        lambda text, path, new: json.dumps(spoil(json.loads(text), path, new)).encode(),
        st.sampled_from(shared_text),
        st.integers(1, 60),
        junk,
    )
    cut = st.builds(
        lambda text, n: text.encode()[: n % len(text)], st.sampled_from(shared_text), st.integers(0, 5000)
    )
    return st.one_of(document, cut, st.binary(max_size=200))


@pytest.mark.shared
def test_broken_payloads_give_readings_or_a_reading_error(shared: Path, context: Context) -> None:
    """Nothing lost and nothing raised but ReadingError, whatever a broken sender sends on whatever topic."""
    folder = shared / "data" / "payloads"
    texts = [
        p.read_text("utf-8") for d in ("xovis", "milesight") for p in sorted((folder / d).glob("*.json"))
    ]
    texts += ['{"in": 3, "out": 1, "time": "2026-11-21T12:00:00+08:00", "seq": 4}', '[{"fire": true}]', "1"]
    texts = [text for text in texts if len(text) < 5000]

    @settings(max_examples=300, deadline=None)
    @given(_mutations(texts), st.sampled_from(["mall/two-storey/count/c-west", "x/y", "", "mall/a/fire/b"]))
    def check(raw: bytes, topic: str) -> None:
        readings, reason = _outcome(topic, raw, context)
        assert bool(readings) != bool(reason)

    check()


@pytest.mark.parametrize("payload", [b"1", b"true", b'{"fire":1}', b'{"fire":true,"space":"L1-shop-3"}'])
def test_a_fire_is_cried_in_one_byte(context: Context, payload: bytes) -> None:
    """A missing time is now, a missing number is no fault."""
    (reading,) = decode("mall/two-storey/fire/smoke-21", payload, context)
    assert (reading.device, reading.kind.value, reading.value) == ("smoke-21", "fire", 1.0)
    assert (reading.measured, reading.sequence) == (NOW, None)


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (b'{"in": 3, "ot": 2}', "ot"),
        (b'{"in": -3}', "minimum"),
        (b'{"seq": 3}', "no measure"),
        (b'{"in": "3"}', "3"),
        (b'{"in": 3, "time": "yesterday"}', "time"),
        (b"NaN", "NaN"),
        (b"", "JSON"),
        (b'{"in": 1, "source": "FAKE"}', "FAKE"),
    ],
)
def test_the_reason_names_what_is_wrong(context: Context, payload: bytes, word: str) -> None:
    with pytest.raises(ReadingError, match=word):
        decode("mall/two-storey/count/c-west", payload, context)


_VALUES = st.one_of(
    st.integers(-5, 10**13), st.floats(), st.text(max_size=8), st.booleans(), st.none(), st.lists(st.none())
)
_KEYS = st.sampled_from([*MEASURES, "time", "seq", "source", "line", "space", "quality", "device", "other"])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_what_is_plainly_valid_the_schema_allows(message: dict[str, object]) -> None:
    """The quick check is no second schema: what it lets pass, the published one lets pass."""
    if plainly_valid(message):
        assert Draft202012Validator(SCHEMA).is_valid(message)


def test_the_published_schema_is_a_schema_and_knows_all_measures() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert MEASURES.keys() <= SCHEMA["$defs"]["message"]["properties"].keys()


def test_the_topic_goes_before_the_payload(watched_mall: Plan) -> None:
    """Topic, then id in the topic, then alias, then the payload's name; else the sender's own name."""
    identity = Identity(watched_mall, {"80:1F:12:D5:30:DC": "c-west"})
    assert identity.device("mall/two-storey/counter/c-up", ["801f12d530dc"]) == "c-up"
    assert identity.device("any/c-up/events") == "c-up"
    assert identity.device("gate/7", ["801f12d530dc"]) == "c-west"
    assert identity.device("gate/7", ["C-DOWN"]) == "c-down"
    assert identity.device("gate/7", ["stranger"]) == "stranger"
