"""管理: accounts, roles, organisations, sessions, jobs, the audit log. No personal data, no scoring, no paying."""

from __future__ import annotations

from app.web.admin import audit, calendar, jobs, organisations, people, roles, sessions

BLUEPRINTS = (people.bp, roles.bp, organisations.bp, sessions.bp, jobs.bp, calendar.bp, audit.bp)
