// 履约台的全部页面行为。没有行内脚本：页面用 data-* 说明要什么，这里照做。
//   data-theme-choice="light|dark|system"  换明暗            data-key="j"        快捷键：点按或聚焦这个元素
//   data-dialog-open="编号" data-dialog-close 开关对话框        data-confirm="问题"  提交前先问
//   data-guard  表单未保存时离开要先问                          data-poll           定时刷新的区域，页面在后台时停
//   data-pick-value / data-pick-label  在查找结果里选定一项      data-focus          换入之后把焦点放在这里
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (name, act, target = document) => target.addEventListener(name, act);
  const spriteOf = () => document.body.dataset.icons;

  // ---- 明暗 ----
  const markTheme = () => $$("[data-theme-choice]").forEach((button) =>
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === window.theme.choice())));

  // ---- 消息 ----
  const kinds = { success: ["good", "circle-check"], info: ["accent", "info-circle"], warning: ["warn", "alert-triangle"], error: ["bad", "alert-circle"] };
  function iconOf(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${spriteOf()}#${name}`);
    svg.append(use);
    return svg;
  }
  function toast({ text, kind = "success", link = null }) {
    const region = $(kind === "error" ? "#toasts [role=alert]" : "#toasts [role=status]");
    if (!region || !text) return;
    const [tone, icon] = kinds[kind] || kinds.info;
    const box = document.createElement("div");
    box.className = `notice tone-${tone}`;
    const words = document.createElement("div");
    words.textContent = text;
    if (link) {
      const to = document.createElement("a");
      Object.assign(to, { href: link.url, target: "_blank", rel: "noopener", textContent: link.title });
      words.append(" ", to);
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.setAttribute("aria-label", "关闭这条消息");
    close.append(iconOf("x"));
    on("click", () => box.remove(), close);
    box.append(iconOf(icon), words, close);
    region.append(box);
    while (region.children.length > 4) region.firstElementChild.remove();
    if (kind === "error" || kind === "warning") return; // 出了问题的消息留着，由人关闭
    let timer = setTimeout(() => box.remove(), 8000);
    on("mouseenter", () => clearTimeout(timer), box);
    on("mouseleave", () => { timer = setTimeout(() => box.remove(), 3000); }, box);
  }
  on("toast", (event) => {
    const { items } = event.detail;
    (items || [event.detail]).forEach(toast);
  });
  const failures = {
    400: "请求没有被接受：表单可能在页面上放得太久。请复制已填写的内容，刷新页面后再提交。",
    401: "登录已过期，填写的内容还在本页。请在新标签页登录，再回到本页提交一次。",
    other: "现在登录的是另一个人，为免记错名字，没有提交。请让原来的人登录，或复制已填写的内容后刷新页面。",
    403: "没有权限做这一步，所以没有改动任何内容。需要权限请联系本合同的管理员。",
    404: "要找的内容不存在，或您不能查看。请返回列表，确认它还在。",
    413: "文件太大，没有上传。请压缩照片或分几次上传。",
    423: "这一期已锁定，没有保存。请按页面上的说明申请解锁。",
    429: "操作太频繁，系统暂时没有受理。请过一分钟再试。",
  };
  // ---- 登录过期之后：表单留在页面上，重新登录后换一个新令牌，再提交一次 ----
  const person = () => $("meta[name=person]");
  async function renewed() {
    const mine = person();
    if (!mine) return "no";
    const answer = await fetch(mine.dataset.tokenUrl, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return "no";
    const { token, person: now } = await answer.json();
    if (String(now) !== mine.content) return "other";
    $("meta[name=csrf-token]").content = token;
    $$("input[name=csrf_token]").forEach((input) => { input.value = token; });
    return "yes";
  }
  function again(event) { // 令牌过期的表单：换新令牌重发，只一次
    const { xhr, elt, requestConfig } = event.detail;
    if (xhr.status !== 400 || requestConfig.verb === "get" || elt.dataset.renewed || !person()) return false;
    elt.dataset.renewed = "yes";
    renewed().then((how) => {
      if (how === "yes" && elt.matches("form")) elt.requestSubmit(requestConfig.triggeringEvent?.submitter);
      else if (how !== "yes") toast({ kind: "error", text: how === "other" ? failures.other : failures[400] });
      setTimeout(() => { delete elt.dataset.renewed; }, 3000);
    });
    return true;
  }
  on("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    if (elt.closest("[data-poll]") && xhr.status >= 500) return; // 进度下一次再取
    if (again(event)) return;
    if (xhr.status === 401 && person()) {
      if (!$("#toasts [data-expired]")) toast({ kind: "error", text: failures[401], link: { url: person().dataset.signInUrl, title: "在新标签页登录" } });
      $("#toasts [role=alert]")?.lastElementChild?.setAttribute("data-expired", "");
      return;
    }
    const id = xhr.getResponseHeader("X-Request-ID");
    const server = `系统出错，这一步没有完成，填写的内容还在本页。请稍后再试；仍不行就把错误编号告诉管理员${id ? `：${id}` : ""}。`;
    toast({ kind: "error", text: failures[xhr.status] || (xhr.status >= 500 ? server : `这一步没有完成（代码 ${xhr.status}）。请刷新页面后再试。`) });
  });
  on("htmx:sendError", (event) => {
    if (!event.detail.elt.closest("[data-poll]")) toast({ kind: "error", text: "网络不通，没有送到服务器，填写的内容还在本页。请检查网络后再试。" });
  });
  on("htmx:timeout", () => toast({ kind: "error", text: "等待太久，不能确定是否已完成。请刷新页面，看看结果再决定是否重做。" }));

  // ---- htmx：令牌、轮询、焦点 ----
  on("htmx:configRequest", (event) => {
    const { headers, elt } = event.detail;
    const token = $("meta[name=csrf-token]");
    if (token) headers["X-CSRFToken"] = token.content;
    if (elt.closest("[data-poll]")) headers["X-Poll"] = "true"; // 轮询不给会话续期
  });
  on("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.closest("[data-poll]")) event.preventDefault();
  });
  on("visibilitychange", () => {
    if (!document.hidden) $$("[data-poll]").forEach((area) => area.dispatchEvent(new CustomEvent("resume")));
  });
  on("htmx:afterSettle", (event) => {
    const area = event.detail.elt;
    if (area.closest("[data-poll], [data-keep-focus]")) return;
    const wanted = $(".error-summary", area) || $("[aria-invalid=true]", area) || $("[data-focus]", area)
      || (area.id === "content" ? $("h1", area) : null);
    if (wanted) wanted.focus();
  });

  // ---- 对话框与确认 ----
  let asked = null;
  function ask(question, act, word) {
    const box = $("#confirm-dialog");
    if (!box || box.open) return;
    $("[data-question]", box).textContent = question;
    $("[value=yes]", box).textContent = word || "确定";
    asked = act;
    box.returnValue = "";
    box.showModal();
  }
  document.addEventListener("close", (event) => { // close 不冒泡，只能在捕获阶段听
    if (event.target.id !== "confirm-dialog") return;
    const act = asked;
    asked = null;
    if (event.target.returnValue === "yes" && act) act();
  }, true);
  on("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, () => event.detail.issueRequest(true), event.detail.elt.dataset.confirmWord);
  });
  on("submit", (event) => {
    const form = event.target;
    if (!form.dataset.confirm) return;
    if (form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    event.preventDefault();
    ask(form.dataset.confirm, () => { form.dataset.confirmed = "yes"; form.requestSubmit(event.submitter); }, form.dataset.confirmWord);
  });

  // ---- 点按：明暗、对话框、选定、收起菜单 ----
  on("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    const opener = hit("[data-dialog-open]");
    const pick = hit("[data-pick-value]");
    if (hit("[data-theme-choice]")) { window.theme.choose(hit("[data-theme-choice]").dataset.themeChoice); markTheme(); }
    if (opener) document.getElementById(opener.dataset.dialogOpen).showModal();
    if (hit("[data-dialog-close]")) hit("dialog").close();
    if (pick) choose(pick);
    $$("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  function choose(pick) {
    const field = pick.closest("[data-lookup]");
    const shown = $("[data-lookup-text]", field);
    $("[data-lookup-value]", field).value = pick.dataset.pickValue;
    shown.value = pick.dataset.pickLabel;
    $(".lookup-results", field).replaceChildren();
    shown.dispatchEvent(new Event("input", { bubbles: true }));
    shown.focus();
  }
  on("input", (event) => {
    const field = event.target.closest("[data-lookup]"); // 改了字就不再是原来选定的那一项
    if (field && event.isTrusted && event.target.matches("[data-lookup-text]")) $("[data-lookup-value]", field).value = "";
    const form = event.target.closest("form[data-guard]");
    if (form) form.dataset.dirty = "yes";
  });

  on("change", (event) => { // 表头的勾选框：全选本页
    if (!event.target.matches("[data-check-all]")) return;
    $$("tbody input[type=checkbox]", event.target.closest("table")).forEach((box) => { box.checked = event.target.checked; });
  });

  // ---- 未保存 ----
  let leaving = false;
  on("submit", (event) => { leaving = !event.defaultPrevented && !event.target.hasAttribute("hx-post"); });
  on("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest("form[data-guard]");
    if (form && event.detail.successful && event.detail.requestConfig.verb !== "get" && event.detail.elt === form) delete form.dataset.dirty;
  });
  on("beforeunload", (event) => { if (!leaving && $("form[data-guard][data-dirty]")) event.preventDefault(); }, window);

  // ---- 快捷键 ----
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  on("keydown", (event) => {
    if (event.key === "Escape") $$("details.menu[open]").forEach((menu) => { menu.open = false; $("summary", menu).focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    const open = $("dialog[open]");
    if (event.key === "?" && !open) { event.preventDefault(); $("#keys-dialog")?.showModal(); return; }
    const target = $$("[data-key]", open || document).find((item) => item.dataset.key === event.key && item.offsetParent);
    if (!target) return;
    event.preventDefault();
    if (typing(target)) target.focus();
    else target.click();
  });
  function listKeys() {
    const list = $("#keys-dialog dl");
    if (!list) return;
    $$("[data-shown-key]", list).forEach((item) => item.remove());
    const seen = new Set();
    $$("main [data-key]").forEach((item) => {
      if (seen.has(item.dataset.key)) return;
      seen.add(item.dataset.key);
      const key = document.createElement("dt");
      const what = document.createElement("dd");
      const cap = document.createElement("kbd");
      cap.textContent = item.dataset.key;
      key.append(cap);
      what.textContent = item.getAttribute("aria-label") || item.dataset.keyHelp || item.textContent.trim();
      [key, what].forEach((node) => { node.dataset.shownKey = ""; });
      list.append(key, what);
    });
  }

  const ready = () => { markTheme(); listKeys(); };
  on("DOMContentLoaded", ready);
  on("htmx:afterSettle", listKeys);
})();
