// 工作台：等待发送的记录写在今天的下面；工作日志一按就复制。
(() => {
  "use strict";
  const slot = document.querySelector("[data-queue-slot]");
  const bar = document.querySelector(".topbar");
  function mirror() {
    const badge = document.querySelector("[data-queue-badge]");
    if (!slot) return;
    if (!badge) { slot.replaceChildren(); return; }
    const link = document.createElement("a");
    link.className = badge.classList.contains("tone-bad") ? "notice tone-bad" : "notice tone-warn";
    link.href = badge.href;
    link.textContent = badge.textContent;
    slot.replaceChildren(link);
  }
  if (slot && bar) {
    new MutationObserver(mirror).observe(bar, { childList: true, subtree: true, characterData: true, attributes: true });
    mirror();
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
      const word = button.lastChild;
      const before = word.textContent;
      word.textContent = "已复制";
      setTimeout(() => { word.textContent = before; }, 2000);
    });
  }
})();
