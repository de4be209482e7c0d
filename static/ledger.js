// 台账页面的行为：
//   data-fill='{"栏名":"值"}'  点一下就填进同一张表单      data-lean    提交前去掉空的条件，网址短一些
//   data-quick               一行登记：存好后焦点回到第一格   data-back-to-first 这一次要把焦点放回去
(() => {
  "use strict";
  const on = (name, act) => document.addEventListener(name, act);
  const first = (form) => form.querySelector(".quick-cells input:not([type=hidden]), .quick-cells select, .quick-cells textarea");

  on("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const form = button.closest("form");
    const filled = Object.entries(JSON.parse(button.dataset.fill)).map(([name, value]) => {
      const input = form.elements.namedItem(name);
      if (input) input.value = value;
      return input;
    }).filter(Boolean);
    button.parentElement.replaceChildren();
    if (!filled.length) return;
    filled[0].focus();
    filled[0].dispatchEvent(new Event("change", { bubbles: true }));
    if (form.hasAttribute("data-guard")) form.dataset.dirty = "yes";
  });

  on("submit", (event) => {
    if (!event.target.hasAttribute("data-lean")) return;
    const empty = [...event.target.elements].filter((item) => item.name && !item.value && !item.disabled);
    empty.forEach((item) => { item.disabled = true; });
    setTimeout(() => empty.forEach((item) => { item.disabled = false; }), 0);
  });

  on("htmx:afterSettle", (event) => {
    const form = event.detail.elt.closest?.("[data-back-to-first]");
    if (!form) return;
    form.removeAttribute("data-back-to-first");
    first(form)?.focus();
  });
})();
