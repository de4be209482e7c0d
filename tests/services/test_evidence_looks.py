"""Pictures that look the same are found, others are not: the thresholds held against generated pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import combinations

import pytest
from PIL import Image, ImageEnhance

from app.services.evidence.looks import MOST_APART, MOST_FINE_APART, Look, alike, apart, look_of
from tests.factories.pictures import form, scene, written

SCENES = range(10)
FORMS = range(10)


def again(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(written(picture, quality=quality))).convert("RGB")


def halved(picture: Image.Image) -> Image.Image:
    return picture.resize((picture.width // 2, picture.height // 2))


def cut(picture: Image.Image, share: float) -> Image.Image:
    width, height = picture.size
    return picture.crop((int(width * share), int(height * share), int(width * (1 - share)), int(height * (1 - share))))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "质量 40": lambda picture: again(picture, 40),
    "缩小一半": halved,
    "缩小一半再压到 40": lambda picture: again(halved(picture), 40),
    "缩到四分之一": lambda picture: again(halved(halved(picture)), 30),
    "调亮两成": lambda picture: ImageEnhance.Brightness(picture).enhance(1.2),
    "裁掉半个百分点": lambda picture: cut(picture, 0.005),
}


def look(picture: Image.Image) -> Look:
    found = look_of(picture)
    assert found is not None
    return found


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_picture_is_found_after(change: str) -> None:
    pictures = [scene(seed) for seed in SCENES] + [form(seed) for seed in FORMS]
    lost = [place for place, each in enumerate(pictures) if alike(look(each), look(CHANGES[change](each))) is None]
    assert lost == []


def test_different_scenes_and_forms_are_told_apart() -> None:
    looks = [look(scene(seed)) for seed in SCENES] + [look(form(seed)) for seed in FORMS]
    taken = [pair for pair in combinations(range(len(looks)), 2) if alike(looks[pair[0]], looks[pair[1]]) is not None]
    assert taken == []


def test_the_same_place_with_other_people_is_another_picture() -> None:
    for seed in range(4):
        days = [look(scene(seed, people)) for people in range(1, 5)]
        assert [pair for pair in combinations(days, 2) if alike(*pair) is not None] == []


def test_both_hashes_are_needed() -> None:
    """Filled-in copies of one form are near by the first hash: that one alone would take them for the same."""
    looks = [look(form(seed)) for seed in FORMS]
    near = [pair for pair in combinations(looks, 2) if apart(pair[0].coarse, pair[1].coarse) <= MOST_APART]
    assert near
    assert all(apart(one.fine, other.fine) > MOST_FINE_APART for one, other in near)


def test_a_blank_sheet_looks_like_nothing() -> None:
    assert look_of(Image.new("RGB", (800, 600), "white")) is None


def test_hashes_have_their_lengths() -> None:
    found = look(scene(0))
    assert (len(found.coarse), len(found.fine)) == (16, 64)
    assert apart("00", "ff") == 8
