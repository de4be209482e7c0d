"""指标: every indicator of a contract as its standing says, read only; and the wish to compute it now."""

from app.web.indicators import views
from app.web.indicators.blueprint import bp

__all__ = ["bp", "views"]
