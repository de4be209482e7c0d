// 离线登记：没有网络时，填好的记录和照片加密存在本机（queue-store.js），有网络后逐条发送，不丢、不重。
//   新记录的表单（有 client_key 的）提交时没有网络，就进队列；写好的时间记在 captured_at，与上传时间分开
//   同一个 client_key 发两次也只有一条；先传照片，再交表单；没收的留在队列里，写明原因，可改
//   只发当前登录的人自己的；退出登录时还有没发的，先问
(() => {
  "use strict";
  const store = window.queueStore;
  const onOfflinePage = document.documentElement.hasAttribute("data-offline-page");
  const person = document.querySelector("meta[name=person]")?.content || null;
  const OFFLINE = "/offline";
  const TOKEN = "/account/token";
  const EVERY = 60_000;
  const FORM_AGE = 12 * 3600 * 1000;
  const MOST_FORMS = 8;
  const toast = (text, kind, link) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind, link } }));
  const changed = () => document.dispatchEvent(new CustomEvent("queuechange"));
  const pathOf = (url) => new URL(url, location.href).pathname;
  const isNew = (form) => form instanceof HTMLFormElement && form.elements.client_key && /\/entries\/new$/.test(pathOf(form.action));

  if (!store) { window.queue = null; return; }

  let toldOffline = false;

  // ---- 存进队列 ----
  async function enqueue(form, submitter) {
    const owner = person || (await store.present());
    if (!owner) throw new Error("signed out");
    const id = form.elements.client_key.value || crypto.randomUUID();
    form.elements.captured_at.value ||= new Date().toISOString();
    const pairs = [...new FormData(form, submitter)].filter(([name, value]) =>
      typeof value === "string" && name !== "csrf_token" && !name.endsWith("_kept"));
    const order = {};
    const files = {};
    for (const { field, items } of window.uploads.parts(form)) {
      order[field] = [];
      for (const item of items) {
        if (item.kept) { order[field].push({ kept: item.kept, name: item.name }); continue; }
        const key = item.file.queueId || crypto.randomUUID();
        order[field].push({ file: key, name: item.file.name, taken: new Date(item.file.lastModified).toISOString() });
        if (!item.file.queueId) files[key] = { name: item.file.name, type: item.file.type, data: await item.file.arrayBuffer() };
      }
    }
    const told = {
      action: pathOf(form.action), pairs, order, error: "",
      title: form.dataset.title || form.getAttribute("aria-label") || "",
      contract: form.dataset.contract || document.querySelector(".topbar .grow")?.innerText.trim().split("\n")[0] || "",
      day: form.querySelector("input[type=date]")?.value || "",
    };
    await store.save(owner, id, told, files);
    delete form.dataset.dirty;
    window.uploads.release(form);
    navigator.storage?.persist?.();
    changed();
    return id;
  }
  async function keep(form, submitter, why) {
    try {
      await enqueue(form, submitter);
    } catch (error) {
      const full = error?.name === "QuotaExceededError";
      toast(full ? "手机的存储空间不够，这条没有存下，填写的内容还在本页。请清理空间后再提交。"
        : "这条没有存下，填写的内容还在本页。请不要关闭页面，等有网络后再提交。", "error");
      return;
    }
    if (!onOfflinePage && navigator.serviceWorker?.controller) { location.assign(`${OFFLINE}?saved=1`); return; }
    document.dispatchEvent(new CustomEvent("queued", { detail: { form } }));
    if (onOfflinePage) return;
    const note = document.createElement("p");
    note.className = "notice tone-accent";
    note.textContent = `${why}这条记录已存在本机，有网络后自动发送。`;
    form.replaceWith(note);
  }
  document.addEventListener("submit", (event) => {
    if (!isNew(event.target)) return;
    if (!onOfflinePage && navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keep(event.target, event.submitter, "现在没有网络。");
  }, true);
  document.addEventListener("htmx:sendError", (event) => { // 浏览器以为有网络，其实送不出去：同一个 client_key，送到过也不会重
    const { elt, requestConfig } = event.detail;
    if (!elt.matches("form") && isNew(document.querySelector("#entry-form"))) { // 边填边核对、自动保存送不出去：说一次就够
      event.stopImmediatePropagation();
      if (!toldOffline) toast("现在没有网络。可以照常填写，提交后先存在本机，有网络后自动发送。", "info");
      toldOffline = true;
      return;
    }
    if (!isNew(elt) || requestConfig.path !== elt.getAttribute("action")) return;
    event.stopImmediatePropagation();
    keep(elt, requestConfig.triggeringEvent?.submitter, "没有送到服务器。");
  }, true);

  // ---- 发送 ----
  async function pass() { // 现在登录的是谁，和新的令牌；没有登录是 null
    const answer = await fetch(TOKEN, { headers: { "HX-Request": "true", "X-Poll": "true" }, cache: "no-store" });
    if (!answer.ok || !answer.headers.get("Content-Type")?.includes("json")) return null;
    const { token, person: now } = await answer.json();
    return { token, person: String(now) };
  }
  const headers = (token) => ({ "X-CSRFToken": token, "HX-Request": "true" });
  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  class Later extends Error {} // 网络或登录的问题：不是这条记录的错，以后再发
  const reasonOf = (page, status) => {
    const lines = [...page.querySelectorAll(".error-summary li, [data-refused] .problem, .notice.tone-bad")].map((item) => item.innerText?.trim() || item.textContent.trim());
    if (lines.length) return lines.join("；");
    if (status === 403) return "没有权限登记这本台账。需要权限请联系本合同的管理员";
    if (status === 404) return "这份合同或台账已不能访问。请确认您还是这份合同的成员";
    if (status === 413) return "照片太大，没有收。请换成小一些的照片";
    return page.querySelector("main")?.textContent.replace(/\s+/g, " ").trim().slice(0, 200) || `服务器没有接受（代码 ${status}）`;
  };
  async function post(url, body, token) {
    const answer = await fetch(url, { method: "POST", body, headers: headers(token) });
    if (answer.status === 401 || answer.status === 429 || answer.status >= 500) throw new Later();
    return answer;
  }
  async function sendFiles(row, token) { // 逐张传，传一张记一张：中途断了，已传的不用再传
    const { told } = row;
    const to = told.action.replace(/\/ledgers\/.*$/, "/evidence");
    for (const [field, items] of Object.entries(told.order)) {
      for (const item of items.filter((each) => each.file)) {
        const file = await store.file(row.person, item.file).catch(() => null);
        if (!file) return `照片“${item.name}”在本机读不出来。请重新拍照或移除它`;
        const body = new FormData();
        body.append("field", field);
        body.append("file", file, file.name);
        const answer = await post(to, body, token);
        const page = await parsed(answer);
        const kept = page.querySelector("input[type=hidden]")?.value;
        if (!kept) return `“${item.name}”：${reasonOf(page, answer.status)}`;
        delete item.file;
        item.kept = kept;
        await store.save(row.person, row.id, told);
      }
    }
    return "";
  }
  async function sendForm(row, token) {
    const { told } = row;
    const body = new FormData();
    told.pairs.forEach(([name, value]) => body.append(name, value));
    body.set("client_key", row.id);
    Object.entries(told.order).forEach(([field, items]) => items.forEach((item) => body.append(`${field}_kept`, item.kept)));
    const answer = await post(told.action, body, token);
    if (answer.status === 204 && answer.headers.get("HX-Redirect")) return "";
    return reasonOf(await parsed(answer), answer.status);
  }
  async function sendOne(row, token) {
    const why = (await sendFiles(row, token)) || (await sendForm(row, token));
    if (!why) { await store.remove(row.id); return true; }
    row.told.error = why;
    await store.save(row.person, row.id, row.told, {}, "problem");
    return false;
  }
  async function flush({ again = false } = {}) { // again：连要改的也再试一次
    if (!navigator.onLine) return { state: "offline" };
    if (!(await store.counts(person || (await store.present()))).mine) return { state: "nothing" };
    return navigator.locks.request("lvyuetai-queue", { ifAvailable: true }, async (lock) => {
      if (!lock) return { state: "busy" };
      let sent = 0;
      let failed = 0;
      try {
        const now = await pass();
        if (!now) return { state: "signed-out" };
        const rows = (await store.list(now.person)).filter((row) => row.told && (again || row.state === "waiting"));
        for (const row of rows) {
          sending = row.id;
          changed();
          if (await sendOne(row, now.token)) sent += 1;
          else failed += 1;
        }
        return { state: "done", sent, failed };
      } catch (error) {
        if (!(error instanceof Later) && !(error instanceof TypeError)) throw error; // TypeError：fetch 没有送出去
        return { state: "later", sent, failed };
      } finally {
        sending = null;
        changed();
      }
    });
  }
  let sending = null;
  async function flushAndTell(options) {
    const found = await flush(options);
    if (found.sent) toast(`待发送的记录已发出 ${found.sent} 条。`, "success");
    if (found.failed && !onOfflinePage) toast(`有 ${found.failed} 条没有被接受，原因写在“待发送”里，改好后会再发。`, "error", { url: OFFLINE, title: "去看看" });
    return found;
  }

  // ---- 顶栏的“待发送 n 条” ----
  async function badge() {
    const bar = document.querySelector(".topbar");
    const owner = person || (await store.present());
    const { mine, problems } = await store.counts(owner);
    let link = document.querySelector("[data-queue-badge]");
    if (!mine || !bar) { link?.remove(); return; }
    if (!link) {
      link = document.createElement("a");
      link.className = "queue-badge";
      link.dataset.queueBadge = "";
      link.href = OFFLINE;
      bar.querySelector(".grow").after(link);
    }
    link.classList.toggle("tone-bad", problems > 0);
    link.textContent = problems ? `${problems} 条要改` : `待发送 ${mine} 条`; // 手机的顶栏窄，全文给读屏软件
    link.setAttribute("aria-label", problems ? `待发送 ${mine} 条，${problems} 条要改` : `待发送 ${mine} 条`);
  }
  document.addEventListener("queuechange", badge);

  // ---- 退出登录 ----
  async function guardSignOut() {
    const form = document.querySelector("form[action$='/sign-out']");
    if (!form) return;
    const { mine } = await store.counts(person);
    if (mine) {
      form.dataset.confirm = `还有 ${mine} 条记录没有发送。退出后它们仍加密存在这台手机上，只有您再登录才能看到和发送。仍要退出吗？`;
      form.dataset.confirmWord = "仍要退出";
    } else {
      delete form.dataset.confirm;
    }
  }
  document.addEventListener("queuechange", guardSignOut);

  // ---- 空白表单：有网络时存下，没有网络时在 /offline 用 ----
  async function keepForms() {
    const have = new Map((await store.forms(person)).map((form) => [form.path, form.at]));
    const links = [...document.querySelectorAll("a[href*='/entries/new']")].map((link) => link.pathname);
    const own = document.querySelector("#entry-form");
    if (isNew(own)) links.unshift(pathOf(own.action));
    const wanted = [...new Set(links)].filter((path) => Date.now() - (have.get(path) || 0) > FORM_AGE).slice(0, MOST_FORMS);
    const contract = document.querySelector(".topbar .grow")?.innerText.trim().split("\n")[0] || "";
    for (const path of wanted) {
      const answer = await fetch(`${path}?fresh=1`, { headers: { "HX-Request": "true" } });
      if (answer.status !== 200) continue;
      const form = (await parsed(answer)).querySelector("form#entry-form");
      if (!form) continue;
      form.querySelectorAll("input[name=csrf_token]").forEach((input) => input.remove());
      await store.keepForm(person, path, { title: form.getAttribute("aria-label") || "", contract, html: form.outerHTML });
    }
  }

  async function begin() {
    if (!onOfflinePage && !person) { await store.signedOut(); return; } // 登录页等：没有人登录，空白表单不留
    if (person) await store.signedIn(person);
    if (person || onOfflinePage) navigator.serviceWorker?.register("/sw.js").catch(() => {});
    await badge();
    if (person) await guardSignOut();
    if (navigator.onLine) await flushAndTell();
    setInterval(async () => { if (!document.hidden && (await store.counts(person)).mine) flushAndTell(); }, EVERY);
    const phone = matchMedia("(any-pointer: coarse), (max-width: 860px)").matches;
    if (person && phone && navigator.onLine) await keepForms().catch(() => {});
  }
  window.addEventListener("online", () => { toldOffline = false; if (person || onOfflinePage) flushAndTell(); });
  window.queue = { flush: flushAndTell, keep, sending: () => sending, isNew };
  begin();
})();
