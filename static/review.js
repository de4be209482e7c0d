// 审核台：退回与答复的对话框指向当前的一条，常用原因按数字选，缩略图换成大图，选中的一行留在视野里。
//   data-return 退回送到哪里（data-version data-next data-about；data-whole 表示整批，整页提交）
//   data-answer 答复送到哪里      data-fill 点了就填进原因      data-send-enter 按 Enter 就提交
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const on = (name, act) => document.addEventListener(name, act);

  function aim(dialog, from) {
    const form = $("form", dialog);
    const about = from.dataset.about || from.dataset.return || from.dataset.answer;
    form.action = from.dataset.return || from.dataset.answer;
    form.elements.version.value = from.dataset.version;
    form.elements.next.value = from.dataset.next || "";
    form.toggleAttribute("data-whole", from.hasAttribute("data-whole"));
    if (dialog.dataset.about !== about) form.elements.reason.value = ""; // 没送出去的话，写了的还在
    dialog.dataset.about = about;
    if (from.dataset.about) $("h2", dialog).textContent = `退回 ${from.dataset.about}`;
    const place = $("[data-reasons]", dialog);
    if (place) window.htmx.ajax("GET", place.dataset.reasons, { target: place, swap: "innerHTML" });
    form.elements.reason.focus();
  }
  on("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener?.dataset.return) aim($("#return-dialog"), opener);
    if (opener?.dataset.dialogOpen === "answer-dialog") aim($("#answer-dialog"), $("[data-answer]"));
    const chip = event.target.closest("[data-fill]");
    if (chip) fill(chip);
    const picture = event.target.closest("[data-proof] a.card-link");
    if (picture && $("img", picture) && $("#proof-large") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      enlarge(picture);
    }
  });
  function fill(chip) {
    const box = chip.closest("form").elements.reason;
    box.value = chip.dataset.fill;
    box.setCustomValidity("");
    box.focus();
  }
  function enlarge(link) {
    const figure = $("#proof-large");
    const small = $("img", link);
    const image = $("img", figure);
    $("a", figure).href = link.href;
    image.src = `${link.href}/shown`;
    image.alt = small.alt;
    $("figcaption", figure).textContent = small.alt;
  }

  // 整批退回是整页提交；一条的退回只换审核台，写错了对话框里的字还在。
  on("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-aimed]") || form.hasAttribute("data-whole")) return;
    event.preventDefault();
    form.closest("dialog").close();
    window.htmx.ajax("POST", form.action, { source: form, target: "#desk", swap: "outerHTML" });
  });

  document.addEventListener("invalid", (event) => { // 浏览器自己的提示不一定是中文
    const box = event.target.closest?.("[data-send-enter]");
    if (box?.validity.valueMissing) box.setCustomValidity("请写明原因和要改的地方，填报人会看到");
  }, true);
  on("input", (event) => { if (event.target.matches?.("[data-send-enter]")) event.target.setCustomValidity(""); });
  on("htmx:afterRequest", (event) => { // 送出去了，写的字才清掉
    const { elt, xhr } = event.detail;
    if (!elt.matches?.("[data-aimed]") || xhr.status >= 400) return;
    elt.elements.reason.value = "";
    delete elt.closest("dialog").dataset.about;
  });

  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const box = event.target.closest?.("[data-send-enter]");
    if (box && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      box.form.requestSubmit();
    }
    if (box && box.value === "" && /^[1-9]$/.test(event.key)) {
      const chip = $(`[data-digit="${event.key}"]`, box.form);
      if (chip) { event.preventDefault(); fill(chip); }
      return;
    }
    if (!$("dialog[open]") && !event.target.closest?.("input, textarea, select") && /^[1-9]$/.test(event.key)) {
      const links = [...document.querySelectorAll("[data-proof] a.card-link")].filter((link) => $("img", link));
      const link = links[Number(event.key) - 1];
      if (link && $("#proof-large")) { event.preventDefault(); enlarge(link); }
    }
  });

  function keepInView() { // 只动列表自己，不动整页：手机上列表在下面
    const list = $("#desk .desk-list");
    const line = list && $(".desk-line[aria-current]", list);
    if (!line || list.scrollHeight <= list.clientHeight) return;
    const top = line.getBoundingClientRect().top - list.getBoundingClientRect().top;
    const over = top + line.offsetHeight - list.clientHeight;
    if (top < 0) list.scrollTop += top;
    else if (over > 0) list.scrollTop += over;
  }
  on("DOMContentLoaded", keepInView);
  on("htmx:afterSettle", (event) => { if (event.detail.elt.id === "desk") keepInView(); });
})();
