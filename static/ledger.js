// 台账页面的行为：
//   data-fill='{"栏名":"值"}'  点一下就填进同一张表单      data-lean    提交前去掉空的条件，网址短一些
//   data-lightbox            里面的照片点开就在本页放大看，左右键翻看；没有脚本时是那份材料自己的页面
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

  // ---- 放大看照片 ----
  let shown = [];
  let place = 0;
  function box() {
    let found = document.getElementById("lightbox");
    if (found) return found;
    found = document.createElement("dialog");
    found.id = "lightbox";
    found.setAttribute("aria-label", "查看照片");
    const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
    const bar = make("div", { className: "dialog-foot" });
    const button = (text, act) => {
      const made = make("button", { type: "button", className: "btn", textContent: text });
      made.addEventListener("click", act);
      return made;
    };
    bar.append(button("上一张", () => turn(-1)), button("下一张", () => turn(1)), make("a", { className: "btn", textContent: "详细信息" }), button("关闭", () => found.close()));
    found.append(make("img", { alt: "" }), make("p", { className: "small" }), bar);
    document.body.append(found);
    return found;
  }
  function show() {
    const link = shown[place];
    const view = box();
    const name = link.textContent.trim();
    Object.assign(view.querySelector("img"), { src: `${link.getAttribute("href")}/shown`, alt: name });
    view.querySelector("p").textContent = `${name}（${place + 1} / ${shown.length}）`;
    view.querySelector("a").href = link.href;
    if (!view.open) view.showModal();
  }
  const turn = (by) => { place = (place + by + shown.length) % shown.length; show(); };

  on("click", (event) => {
    const link = event.target.closest?.("[data-lightbox] a.card-link");
    if (!link || !link.querySelector("img") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    shown = [...link.closest("[data-lightbox]").querySelectorAll("a.card-link")].filter((each) => each.querySelector("img"));
    place = shown.indexOf(link);
    show();
  });
  on("keydown", (event) => {
    if (!document.getElementById("lightbox")?.open) return;
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  });
})();
