"""The style guide as a person finds her way in it: by role and name."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class StyleGuide:
    def __init__(self, page: Page, path: str = "") -> None:
        self.page = page
        page.goto(f"/styleguide{path}")
        page.wait_for_function("() => !window.htmx || document.body.matches('[data-icons]')")

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("form", name="招聘活动")

    @property
    def posts(self) -> Locator:
        return self.form.get_by_label("提供岗位")

    @property
    def photos(self) -> Locator:
        return self.form.get_by_label("现场照片", exact=False).and_(self.page.locator("#f-photos"))

    @property
    def kept_files(self) -> Locator:
        return self.form.locator("[data-files] [data-kept]")

    @property
    def toasts(self) -> Locator:
        return self.page.locator("#toasts .notice")

    @property
    def rows(self) -> Locator:
        return self.page.get_by_role("table", name="招聘活动台账").locator("tbody tr")

    @property
    def job(self) -> Locator:
        return self.page.locator("#sample-job")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def submit(self) -> None:
        self.form.get_by_role("button", name="提交审核").click()

    def dialog(self, name: str) -> Locator:
        return self.page.get_by_role("dialog", name=name)

    def see_charts(self) -> int:
        """Scrolls to each chart until it is drawn; how many there are."""
        figures = self.page.locator("figure.chart")
        for place in range(figures.count()):
            figures.nth(place).scroll_into_view_if_needed()
            figures.nth(place).locator("canvas").first.wait_for()
        return figures.count()
