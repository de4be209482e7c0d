// 银行对账：Y 确认当前一笔，J、K 上下移动。没有脚本时照样能一笔一笔按按钮。
(function () {
  "use strict";
  var list = document.querySelector("[data-reconcile]");
  if (!list) return;
  function all() { return Array.prototype.slice.call(list.querySelectorAll("[data-proposal]")); }
  function current() { return list.querySelector('[data-proposal][aria-current="true"]') || all()[0]; }
  function move(step) {
    var items = all(), next = items[items.indexOf(current()) + step];
    if (!next) return;
    current().removeAttribute("aria-current");
    next.setAttribute("aria-current", "true");
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || document.querySelector("dialog[open]")) return;
    var key = event.key.toLowerCase(), item = current();
    if (key === "j") { move(1); } else if (key === "k") { move(-1); } else if (key === "y" && item) {
      var yes = item.querySelector("[data-yes]");
      if (yes) { yes.click(); }
    } else { return; }
    event.preventDefault();
  });
})();
