"""指标: the sheet, one indicator with what is behind it, targets, by hand, the task plan; the wish to compute now."""

from app.web.indicators import by_hand, detail, plan, targets, views
from app.web.indicators.blueprint import bp

__all__ = ["bp", "by_hand", "detail", "plan", "targets", "views"]
