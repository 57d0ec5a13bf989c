"""Names, ordinals and display texts of IMDF features."""

from __future__ import annotations

from floorplans.archive import Feature
from twin.errors import PlanError
from twin.plan.model import Label


def label_of(value: object, feature: Feature) -> Label:
    """IMDF LABELS (texts by BCP 47 language) as the two languages of the product.

    English is any tag ``en``, Chinese any tag ``zh`` (simplified before others). A name in neither
    language stands in for the English one.

    Raises:
        PlanError: NameMustBeString.
    """
    if value is None:
        return Label(en="")
    if isinstance(value, str):
        return Label(en=value)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise PlanError(f"{feature.where}: NameMustBeString: {value!r}")
    english = [text for tag, text in value.items() if tag.lower().split("-")[0] == "en"]
    chinese = [text for tag, text in value.items() if tag.lower().startswith(("zh-hans", "zh-cn"))] + [
        text for tag, text in value.items() if tag.lower().split("-")[0] == "zh"
    ]
    other = list(value.values()) if not english and not chinese else []
    return Label(en=[*english, *other, ""][0], zh=[*chinese, ""][0])


def ordinal_of(feature: Feature) -> int:
    """The ordinal of a level.

    Raises:
        PlanError: if it is missing or no whole number.
    """
    value = feature.properties.get("ordinal")
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise PlanError(f"{feature.where}: 'ordinal' must be a whole number, not {value!r}")
    return int(value)
