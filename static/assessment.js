// 考核细则表：跳到下一处未定的，选了达标就不用填分，自评把空着的填满分。
//   data-next-open 跳到下一个 data-open    data-fill-full 空着的填 data-full    data-check-near="名" 勾选同一表单里的
//   data-cite="编号" 填进这一条的引用栏
(() => {
  "use strict";
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (name, act) => document.addEventListener(name, act);
  let last = null; // 上次跳到的一条：换掉以后按它原来的位置接着找

  function nextOpen() {
    const open = $$("[data-open]");
    if (!open.length) return;
    const all = $$(".sheet-clause");
    const here = last ? all.findIndex((one) => one.id === last) : -1;
    const next = open.find((one) => all.indexOf(one) > here) || open[0];
    last = next.id;
    next.scrollIntoView({ block: "center" });
    const box = next.querySelector(".decide input:not([type=hidden])") || next.querySelector("a");
    if (box) box.focus({ preventScroll: true });
  }
  function citing(button) {
    const box = button.closest(".sheet-clause").querySelector("input[name=cites]");
    if (!box) return;
    const texts = box.value.split(/[\s,，、;；]+/).filter(Boolean);
    if (!texts.includes(button.dataset.cite)) box.value = [...texts, button.dataset.cite].join("、");
    box.focus();
  }
  on("click", (event) => {
    if (event.target.closest("[data-next-open]")) nextOpen();
    const near = event.target.closest("[data-check-near]");
    if (near) $$(`input[name="${near.dataset.checkNear}"]`, near.closest("form")).forEach((box) => { box.checked = true; });
    const cite = event.target.closest("[data-cite]");
    if (cite) citing(cite);
    const fill = event.target.closest("[data-fill-full]");
    if (fill) $$("[data-full]", fill.closest("form")).forEach((box) => { if (!box.value.trim()) box.value = box.dataset.full; });
  });
  on("change", (event) => {
    if (!event.target.matches(".met-choice input")) return;
    const points = event.target.form.elements.points;
    if (points && event.target.value === "yes") points.value = "";
  });
  on("focusin", (event) => {
    const clause = event.target.closest(".sheet-clause");
    if (clause) last = clause.id;
  });
})();
