"""What tasks can be made of, and where: nobody plans what is to stay low, kinds of posts are no townships."""

from __future__ import annotations

from app.services.indicators.plans import plannable
from kpi.rulebook.loader import load_known


def test_what_must_stay_low_is_not_planned() -> None:
    book = load_known("zhenjiang-gig-market").rulebook
    posts = next(one for one in book.indicators if one.clause == "ZJ-3.1b")
    assert plannable(posts) == ["posts", "enterprises", "gig_posts"]
    fairs = next(one for one in book.indicators if one.clause == "ZJ-3.2b")
    assert plannable(fairs) == []
    assert plannable(None) == []
