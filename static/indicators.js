// 指标：打印按钮；任务分解的合计随填写更新，平均分配在本页先看，保存由服务器算。
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const number = (text) => (/^\d{1,12}$/.test(text.trim()) ? Number(text.trim()) : 0);
  const set = (node, value) => { if (node) node.textContent = value.toLocaleString("zh-CN"); };
  function sums(grid) {
    const columns = new Map();
    let total = 0;
    grid.querySelectorAll("tr[data-row]").forEach((row) => {
      let own = 0;
      row.querySelectorAll("input[data-month]").forEach((cell) => {
        const held = number(cell.value);
        own += held;
        columns.set(cell.dataset.month, (columns.get(cell.dataset.month) ?? 0) + held);
      });
      set(row.querySelector("[data-row-sum]"), own);
      total += own;
    });
    grid.querySelectorAll("[data-month-sum]").forEach((cell) => set(cell, columns.get(cell.dataset.monthSum) ?? 0));
    set(grid.querySelector("[data-all-sum]"), total);
    const left = document.querySelector("[data-plan-left]");
    const wanted = number(document.querySelector("[data-plan-total]")?.value ?? "0");
    if (left) left.textContent = total === wanted ? "与全年任务一致" : total < wanted ? `还差 ${(wanted - total).toLocaleString("zh-CN")}` : `多出 ${(total - wanted).toLocaleString("zh-CN")}`;
  }
  document.addEventListener("input", (event) => {
    const grid = event.target.closest("[data-plan]");
    if (grid) sums(grid);
  });
})();
