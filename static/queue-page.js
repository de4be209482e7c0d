// “待发送”一页：本机队列里的记录各在什么状态，修改、删除、立即发送；用存下的空白表单离线登记。
(() => {
  "use strict";
  const store = window.queueStore;
  const $ = (selector, root = document) => root.querySelector(selector);
  const toast = (text, kind) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
  const area = $("[data-form-area]");
  if (!store) {
    $("[data-nothing]").textContent = "这个浏览器不能在没有网络时登记。请换用新一些的浏览器。";
    return;
  }
  const two = (number) => String(number).padStart(2, "0");
  const local = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const minute = (text) => { const date = new Date(text); return `${local(date)} ${two(date.getHours())}:${two(date.getMinutes())}`; };
  const made = (name) => $(`template[data-${name}]`).content.firstElementChild.cloneNode(true);
  let owner = null;

  // ---- 列表 ----
  function line(row) {
    const item = made("entry");
    const told = row.told || { title: "读不出来的记录", day: "", error: "本机的密钥不在了，内容打不开。只能删除后重新登记" };
    $("[data-title]", item).textContent = told.title;
    $("[data-day]", item).textContent = [told.day, told.contract].filter(Boolean).join(" · ");
    $("[data-when]", item).textContent = `${minute(row.made)} 写好${row.files ? `，${row.files} 份材料等着上传` : ""}`;
    const state = $("[data-state]", item);
    const under = window.queue.sending() === row.id;
    state.textContent = under ? "正在发送" : row.state === "problem" || !row.told ? "要改" : "待发送";
    state.classList.add(under ? "tone-accent" : row.state === "problem" || !row.told ? "tone-bad" : "tone-warn");
    if (told.error) {
      $("[data-why]", item).hidden = false;
      $("[data-why] span", item).textContent = told.error;
    }
    const name = `${told.title} ${told.day}`;
    $("[data-edit]", item).setAttribute("aria-label", `修改：${name}`);
    $("[data-delete]", item).setAttribute("aria-label", `删除：${name}`);
    $("[data-edit]", item).disabled = under || !row.told;
    $("[data-delete]", item).disabled = under;
    $("[data-edit]", item).addEventListener("click", () => edit(row));
    $("[data-delete]", item).addEventListener("click", () => ask(row, name));
    return item;
  }
  async function refresh() {
    const rows = await store.list(owner);
    const { others } = await store.counts(owner);
    $("[data-queue]").replaceChildren(...rows.map(line));
    $("[data-nothing]").hidden = rows.length > 0;
    $("[data-send-now]").hidden = !rows.length;
    $("[data-waiting-count]").hidden = !rows.length;
    if (navigator.onLine) $("[data-saved]").hidden = true;
    $("[data-waiting-count]").textContent = `待发送 ${rows.length} 条`;
    $("[data-others]").hidden = !others;
    $("[data-others]").textContent = `这台手机上还有别的人 ${others} 条没有发送的记录，要本人登录后才能看到和发送。`;
  }
  function ask(row, name) {
    const box = $("#confirm-dialog");
    $("[data-question]", box).textContent = `删除“${name}”？它还没有送到服务器，删了就没有了。`;
    $("[value=yes]", box).textContent = "删除";
    box.returnValue = "";
    box.showModal();
    box.addEventListener("close", async () => {
      if (box.returnValue !== "yes") return;
      await store.remove(row.id);
      document.dispatchEvent(new CustomEvent("queuechange"));
    }, { once: true });
  }

  // ---- 表单 ----
  function shown(title, form) {
    form.querySelectorAll("*").forEach((item) => [...item.attributes].forEach(({ name }) => { if (name.startsWith("hx-")) item.removeAttribute(name); }));
    [...form.attributes].forEach(({ name }) => { if (name.startsWith("hx-")) form.removeAttribute(name); });
    form.dataset.hold = "";
    form.querySelectorAll(".save-bar a").forEach((link) => { link.href = "/offline"; });
    $("[data-form-place]").replaceChildren(form);
    $("#h-form").textContent = title;
    area.hidden = false;
    $("#h-form").focus();
    area.scrollIntoView();
  }
  function built({ title, contract, html }) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const form = holder.content.querySelector("form");
    form.dataset.title = title;
    form.dataset.contract = contract;
    form.elements.client_key.value = crypto.randomUUID();
    form.elements.captured_at.value = "";
    return form;
  }
  function begin(kept) { // 存表单的那天已经过去：日期改成今天
    const form = built(kept);
    const today = local(new Date());
    form.querySelectorAll("input[type=date]").forEach((input) => { if (input.value) input.value = today; });
    form.querySelectorAll("input[type=datetime-local]").forEach((input) => { if (input.value) input.value = today + input.value.slice(10); });
    shown(`${kept.title}：登记`, form);
  }
  async function blank(path) {
    const have = (await store.forms(owner)).find((form) => form.path === path);
    if (have || !navigator.onLine) return have;
    const answer = await fetch(`${path}?fresh=1`, { headers: { "HX-Request": "true" } });
    const form = answer.status === 200 && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form#entry-form");
    return form ? { title: form.getAttribute("aria-label") || "", contract: "", html: form.outerHTML } : null;
  }
  function fill(form, pairs) {
    const values = new Map();
    pairs.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...form.elements].filter((item) => item.name && item.type !== "file" && item.type !== "submit" && !item.name.endsWith("_kept")).forEach((item) => {
      const given = values.get(item.name) || [];
      if (item.type === "checkbox" || item.type === "radio") item.checked = given.includes(item.value);
      else item.value = given.shift() ?? "";
    });
  }
  async function edit(row) {
    const kept = await blank(row.told.action).catch(() => null);
    if (!kept) { toast("这本台账的表单不在这台手机上。请在有网络时再修改。", "warning"); return; }
    const form = built({ ...kept, title: row.told.title, contract: row.told.contract || kept.contract });
    fill(form, row.told.pairs);
    form.elements.client_key.value = row.id;
    shown(`${row.told.title}：修改`, form);
    for (const [field, items] of Object.entries(row.told.order)) {
      const zone = form.querySelector(`[data-dropzone][data-field="${CSS.escape(field)}"]`);
      if (!zone) continue;
      for (const item of items) {
        if (item.kept) $("[data-files]", zone).append(card(field, item));
        else {
          const file = await store.file(owner, item.file).catch(() => null);
          if (file) window.uploads.adopt(zone, [Object.assign(file, { queueId: item.file })]);
        }
      }
    }
    delete form.dataset.dirty;
  }
  function card(field, { kept, name }) {
    const item = made("kept-card");
    $("input", item).name = `${field}_kept`;
    $("input", item).value = kept;
    $(".name", item).textContent = name;
    $("button", item).setAttribute("aria-label", `移除：${name}`);
    return item;
  }
  document.addEventListener("queued", async () => {
    area.hidden = true;
    $("[data-form-place]").replaceChildren();
    $("[data-saved]").hidden = false;
    $("h1").focus();
    await refresh();
    window.queue.flush();
  });

  // ---- 开始 ----
  async function choices() {
    const forms = await store.forms(owner);
    $("[data-no-forms]").hidden = forms.length > 0;
    $("[data-forms]").replaceChildren(...forms.map((kept) => {
      const item = made("form-choice");
      $("button span", item).textContent = kept.title;
      $("span.muted", item).textContent = kept.contract;
      $("button", item).addEventListener("click", () => begin(kept));
      return item;
    }));
  }
  const network = () => { $("[data-network]").hidden = navigator.onLine; };
  async function open() {
    owner = await store.present();
    $("[data-saved]").hidden = !new URLSearchParams(location.search).has("saved");
    network();
    if (owner === null) {
      $("[data-choose]").hidden = true;
      $("[data-nothing]").textContent = "还没有登录，或太久没有用过。请在有网络时登录，自己没有发送的记录会在这里列出。";
    } else {
      await choices();
    }
    await refresh();
  }
  ["online", "offline"].forEach((name) => window.addEventListener(name, network));
  document.addEventListener("queuechange", refresh);
  $("[data-send-now]").addEventListener("click", async () => {
    const { state } = await window.queue.flush({ again: true });
    const told = {
      offline: "现在没有网络，有网络后会自动发送。", "signed-out": "还没有登录，没有发送。请先登录，再回到这里。",
      later: "没有送到服务器，稍后会自动再发。", busy: "正在发送。",
    };
    if (told[state]) toast(told[state], "warning");
  });
  open();
})();
