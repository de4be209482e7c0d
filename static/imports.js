// 导入：选定文件就上传，不用再点一次。表单外面写 data-send-on-choose；没有脚本时按钮照常可用。
(() => {
  "use strict";
  const busy = (form) => {
    form.classList.add("htmx-request");
    form.setAttribute("aria-busy", "true");
    form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; });
  };
  document.addEventListener("fileschange", (event) => {
    const form = event.target.closest("[data-send-on-choose] form");
    if (form && event.detail.files.length && form.getAttribute("aria-busy") !== "true") form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-send-on-choose] form");
    if (form && !event.defaultPrevented) setTimeout(() => busy(form)); // 先让浏览器收走栏目，再停用按钮
  });
  window.addEventListener("pageshow", (event) => { // 后退回到这一页时，按钮要能再用
    if (!event.persisted) return;
    document.querySelectorAll("[data-send-on-choose] form").forEach((form) => {
      form.classList.remove("htmx-request");
      form.removeAttribute("aria-busy");
      form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = false; });
    });
  });
})();
