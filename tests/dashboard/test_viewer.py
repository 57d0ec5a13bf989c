"""Language and theme: the address decides, then the page that asks, then the cookie, then the browser."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from dashboard.language import _, catalogue, text
from dashboard.viewer import Viewer, set_viewer, viewer_of


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "en"),
        ("", {"accept-language": "zh-CN,zh;q=0.9"}, "zh"),
        ("", {"accept-language": "zh-CN", "cookie": "lang=en"}, "en"),
        ("", {"cookie": "lang=en", "referer": "http://mall/live?lang=zh"}, "zh"),
        ("lang=en", {"referer": "http://mall/live?lang=zh"}, "en"),
        ("lang=tlh", {}, "en"),
        ("lang=%3Cscript%3E", {"cookie": "lang=xx"}, "en"),
    ],
)
def test_language_of_a_request(query: str, headers: dict[str, str], language: str) -> None:
    found, _chosen = viewer_of(query, Headers(headers))
    assert found.language == language


def test_only_a_choice_in_the_address_is_kept() -> None:
    _found, chosen = viewer_of("lang=zh&theme=blue", Headers({"cookie": "theme=light"}))
    assert chosen == {"lang": "zh"}


def test_words_follow_the_viewer() -> None:
    assert _("Alerts") == "Alerts"
    set_viewer(Viewer(language="zh"))
    assert _("Alerts") == catalogue("zh")["Alerts"] == "报警"


def test_a_text_without_translation_stays_english_and_takes_its_values() -> None:
    assert text("Nobody wrote {count} of these", "zh", count=3) == "Nobody wrote 3 of these"
