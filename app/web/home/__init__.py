"""工作台: what there is for this person, and what waits."""

from app.web.home import views
from app.web.home.blueprint import bp

__all__ = ["bp", "views"]
