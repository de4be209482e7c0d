// 报告的文字：点编号写进正在改的一节，找编号，文字下面马上看到替换以后的样子。
//   data-numbers 可以引用的数字：每行 data-number="编号"、data-shown="现在是"    data-find-number 找编号的框
//   data-insert 写进正在改的框    data-shows="框的 id" 这一节现在的样子
(() => {
  "use strict";
  const FIELD = /\{([^{}\n]{1,120})\}/g;
  const boxes = () => document.querySelectorAll(".report-writing textarea");
  const rows = () => document.querySelectorAll("[data-numbers] [data-number]");
  let last = null; // 最后写过的一节：点编号时光标已经不在框里

  const shown = () => new Map([...rows()].map((row) => [row.dataset.number, row.dataset.shown]));
  function piece(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }
  function line(text, numbers) {
    const made = document.createElement("p");
    let from = 0;
    for (const hit of text.matchAll(FIELD)) {
      made.append(text.slice(from, hit.index));
      const value = numbers.get(hit[1].trim());
      made.append(value === undefined ? piece("mark", `${hit[0]} 没有这个编号`) : piece("b", value));
      from = hit.index + hit[0].length;
    }
    made.append(text.slice(from));
    return made;
  }
  function show(box, numbers = shown()) {
    const place = document.querySelector(`[data-shows="${box.id}"]`);
    const texts = box.value.split("\n").map((text) => text.trim()).filter(Boolean);
    const live = texts.some((text) => text.includes("{"));
    place.hidden = !live;
    place.replaceChildren(...(live ? texts.map((text) => line(text, numbers)) : []));
  }
  function showAll() {
    const numbers = shown();
    boxes().forEach((box) => show(box, numbers));
  }
  function find(words) {
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows()) {
      row.hidden = !wanted.every((word) => row.textContent.toLowerCase().includes(word));
      count += row.hidden ? 0 : 1;
    }
    document.querySelector("[data-found-numbers]").textContent = wanted.length ? `找到 ${count} 个` : "";
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches(".report-writing textarea")) show(event.target);
    if (event.target.matches("[data-find-number]")) find(event.target.value);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".report-writing textarea")) last = event.target.id;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const box = (last && document.getElementById(last)) || boxes()[0];
    box.setRangeText(button.dataset.insert, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
  document.addEventListener("DOMContentLoaded", showAll);
  document.addEventListener("htmx:afterSettle", showAll);
})();
