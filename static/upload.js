// 佐证材料：拖入、粘贴、拍照，可分几次添加；显示缩略图，可调顺序，可移除。
//   data-dropzone data-upload-url="…" data-field="栏名"  选定就上传：收下后卡片里带隐藏栏，没收的说明为什么；断网的在恢复后自动再传
//     在 data-hold 的表单里（离线登记）不上传，先留着，由 queue.js 随记录存进本机
//   data-dropzone（没有 data-upload-url）                 文件留在输入框里，随表单提交；每次变了发出 fileschange（detail.files）
// 表单在还有文件没传完时不会提交：传完自动提交，传不上的要人重试或移除，不会悄悄少一张。
// 图片用 data: 地址预览，因为内容安全策略不放行 blob:。
(() => {
  "use strict";
  const THUMB = 264;
  const AT_ONCE = 2;
  const kept = new WeakMap(); // 输入框 → 已选的文件，按显示的顺序（不上传的那种）
  const sending = new Map(); // 卡片 → { zone, file, state: "waiting" | "sending" | "failed" | "held", xhr }
  const waitingSubmits = new Map(); // 表单 → 提交它的按钮，等文件传完

  const $ = (selector, root) => root.querySelector(selector);
  const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const zoneOf = (event) => event.target.closest?.("[data-dropzone]");
  const uploads = (zone) => Boolean(zone.dataset.uploadUrl);
  const marked = (form) => { if (form?.hasAttribute("data-guard")) form.dataset.dirty = "yes"; };
  const say = (text, kind) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));

  async function preview(file) {
    if (!file.type.startsWith("image/")) return null;
    try {
      const bitmap = await createImageBitmap(file, { resizeWidth: THUMB, resizeQuality: "medium", imageOrientation: "from-image" });
      const canvas = document.createElement("canvas");
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      return canvas.toDataURL("image/jpeg", 0.7);
    } catch {
      return null; // 认不出的图片也收，只是没有缩略图
    }
  }
  function show(item, file) {
    $(".name", item).textContent = file.name;
    $(".name", item).title = file.name;
    $("[data-size]", item).textContent = size(file.size);
    preview(file).then((url) => {
      const place = $(".no-thumb", item);
      if (!url || !place) return;
      const image = document.createElement("img");
      image.src = url;
      image.alt = `待上传：${file.name}`;
      place.replaceWith(image);
    });
    item.querySelectorAll("button").forEach((button) =>
      button.setAttribute("aria-label", `${button.getAttribute("aria-label")}：${file.name}`));
  }

  // ---- 选定就上传 ----
  const ofForm = (form) => [...sending].filter(([, job]) => job.zone.closest("form") === form);
  function count(zone) {
    const mine = [...sending.values()].filter((job) => job.zone === zone);
    const failed = mine.filter((job) => job.state === "failed").length;
    const held = mine.filter((job) => job.state === "held").length;
    const under = mine.length - failed - held;
    $("[data-file-count]", zone).textContent = [held ? `${held} 份随这条记录存在本机` : "", under ? `正在上传 ${under} 份…` : "", failed ? `${failed} 份没有传上` : ""].filter(Boolean).join("，");
    zone.classList.toggle("busy", under > 0);
  }
  function enqueue(zone, files) {
    files.forEach((file) => {
      const item = $("template[data-sending]", zone).content.firstElementChild.cloneNode(true);
      show(item, file);
      $("[data-files]", zone).append(item);
      const held = Boolean(zone.closest("[data-hold]"));
      $("progress", item).hidden = held;
      sending.set(item, { zone, file, state: held ? "held" : "waiting", xhr: null });
    });
    marked(zone.closest("form"));
    count(zone);
    next();
  }
  function next() {
    const busy = [...sending.values()].filter((job) => job.state === "sending").length;
    [...sending].filter(([, job]) => job.state === "waiting").slice(0, AT_ONCE - busy).forEach(([item, job]) => send(item, job));
  }
  const reasons = {
    0: "网络不通，还没有传上。网络恢复后会自动再传。",
    400: "页面放得太久，还没有传上。请在新标签页打开本系统，再回来点重试。",
    401: "登录已过期，还没有传上。请在新标签页登录，再点重试。",
    403: "没有权限上传，所以没有收。需要权限请联系本合同的管理员。",
    404: "这份合同已不能访问，所以没有收。请刷新页面后再看。",
    413: "文件太大，没有收。请用手机的“中等大小”照片，或拆成几份。",
    429: "操作太频繁，还没有传上。请过一分钟再点重试。",
  };
  function send(item, job) {
    const { zone, file } = job;
    const body = new FormData();
    body.append("field", zone.dataset.field);
    body.append("file", file, file.name);
    const xhr = new XMLHttpRequest();
    job.state = "sending";
    job.xhr = xhr;
    xhr.open("POST", zone.dataset.uploadUrl);
    xhr.setRequestHeader("X-CSRFToken", document.querySelector("meta[name=csrf-token]")?.content || "");
    xhr.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) $("progress", item).value = Math.round((100 * event.loaded) / event.total);
    });
    xhr.addEventListener("load", () => {
      const answered = xhr.status === 200 || xhr.status === 422;
      if (answered && xhr.responseText.includes("<li")) settle(item, job, xhr.responseText);
      else fail(item, job, reasons[xhr.status] || `服务器出错（${xhr.status}），还没有传上。请稍后再点重试。`);
      next();
    });
    xhr.addEventListener("error", () => { fail(item, job, reasons[0], true); next(); });
    xhr.send(body);
  }
  function settle(item, job, html) {
    const made = document.createElement("template");
    made.innerHTML = html;
    const cards = [...made.content.querySelectorAll("li")];
    const held = (card) => {
      const input = $("input[type=hidden]", card);
      return input && $(`[data-kept] input[value="${CSS.escape(input.value)}"]`, $("[data-files]", job.zone));
    };
    const fresh = cards.filter((card) => !held(card));
    if (fresh.length < cards.length) say(`“${job.file.name}”已经在这里了，不用再传。`, "info");
    item.replaceWith(...fresh);
    done(item, job);
  }
  function fail(item, job, why, again = false) {
    job.state = "failed";
    job.again = again;
    item.dataset.file = "failed";
    const problem = $(".problem", item);
    $("span", problem).textContent = why;
    problem.hidden = false;
    $("progress", item).hidden = true;
    $("[data-send=again]", item).hidden = false;
    count(job.zone);
    submitWaiting(job.zone.closest("form"));
  }
  async function renew() { // 重新登录之后，页面上的令牌要换新的；换了人就不换
    const mine = document.querySelector("meta[name=person]");
    if (!mine) return;
    const answer = await fetch(mine.dataset.tokenUrl, { headers: { "HX-Request": "true" } });
    const { token, person } = answer.ok ? await answer.json() : {};
    if (String(person) === mine.content) document.querySelector("meta[name=csrf-token]").content = token;
  }
  async function retry(item, job) {
    const stale = [400, 401].includes(job.xhr?.status);
    job.state = "waiting";
    item.dataset.file = "sending";
    $(".problem", item).hidden = true;
    $("[data-send=again]", item).hidden = true;
    $("progress", item).value = 0;
    $("progress", item).hidden = false;
    count(job.zone);
    if (stale) await renew().catch(() => {});
    next();
  }
  function done(item, job) {
    sending.delete(item);
    count(job.zone);
    job.zone.dispatchEvent(new CustomEvent("evidencechange", { bubbles: true }));
    submitWaiting(job.zone.closest("form"));
  }
  // 还在上传时按了保存：先等着；传完自动提交；传不上的说清楚，由人决定。
  function submitWaiting(form) {
    if (!form || !waitingSubmits.has(form)) return;
    const jobs = ofForm(form).map(([, job]) => job);
    if (jobs.some((job) => job.state !== "failed")) return;
    const submitter = waitingSubmits.get(form);
    waitingSubmits.delete(form);
    if (jobs.length) blocked(form, jobs, submitter);
    else form.requestSubmit(submitter?.isConnected ? submitter : null);
  }
  function blocked(form, jobs, submitter) {
    if (jobs.every((job) => job.again) && window.queue?.isNew(form)) { // 只是没有网络：整条存进本机，有网络后再发
      window.queue.keep(form, submitter, "没有送到服务器。");
      return;
    }
    say(`还没有保存：有 ${jobs.length} 份材料没有传上。请重试，或移除后再保存。`, "error");
    ofForm(form)[0][0].querySelector("[data-send=again]").focus();
  }
  document.addEventListener("submit", (event) => {
    const jobs = ofForm(event.target);
    if (!jobs.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (jobs.every(([, job]) => job.state === "failed")) { blocked(event.target, jobs.map(([, job]) => job), event.submitter); return; }
    waitingSubmits.set(event.target, event.submitter);
    say("照片还在上传，传完自动保存。", "info");
  }, true);
  window.addEventListener("online", () => [...sending].forEach(([item, job]) => { if (job.state === "failed" && job.again) retry(item, job); }));
  window.addEventListener("beforeunload", (event) => { if ([...sending.keys()].some((item) => item.isConnected)) event.preventDefault(); });
  document.addEventListener("htmx:beforeCleanupElement", (event) => { // 整块换掉时，里面还没传完的不再算数
    [...sending].forEach(([item, job]) => {
      if (event.detail.elt !== job.zone) return;
      job.xhr?.abort();
      sending.delete(item);
    });
  });

  // ---- 给离线登记用：表单里有哪些材料，按次序；交出去以后不再上传 ----
  window.uploads = {
    parts: (form) => [...form.querySelectorAll("[data-dropzone][data-field]")].map((zone) => ({
      field: zone.dataset.field,
      items: [...$("[data-files]", zone).children].map((item) => {
        const input = $("input[type=hidden]", item);
        const name = $(".name", item)?.textContent || "";
        return input ? { kept: input.value, name } : { file: sending.get(item)?.file, name };
      }).filter((item) => item.kept || item.file),
    })),
    adopt: (zone, files) => enqueue(zone, files),
    release(form) {
      ofForm(form).forEach(([item, job]) => { job.xhr?.abort(); sending.delete(item); });
      waitingSubmits.delete(form);
    },
  };

  // ---- 留在输入框里 ----
  function refresh(zone) {
    const input = $("input[type=file]", zone);
    const files = kept.get(input) || [];
    const holder = new DataTransfer();
    files.forEach((file) => holder.items.add(file));
    input.files = holder.files;
    $("[data-files]", zone).replaceChildren(...files.map((file, place) => card(zone, input, file, place)));
    $("[data-file-count]", zone).textContent = files.length ? `已选 ${files.length} 个文件，保存后上传` : "";
    zone.dispatchEvent(new CustomEvent("fileschange", { bubbles: true, detail: { files } }));
  }
  function card(zone, input, file, place) {
    const item = $("template", zone).content.firstElementChild.cloneNode(true);
    show(item, file);
    item.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => {
      const files = kept.get(input);
      files.splice(place, 1);
      if (button.dataset.do !== "remove") files.splice(place + (button.dataset.do === "later" ? 1 : -1), 0, file);
      refresh(zone);
      input.focus();
    }));
    $("[data-do=earlier]", item).disabled = place === 0;
    $("[data-do=later]", item).disabled = place === kept.get(input).length - 1;
    return item;
  }
  function choose(zone, incoming) {
    const input = $("input[type=file]", zone);
    const files = input.multiple ? kept.get(input) || [] : [];
    const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
    incoming.forEach((file) => { if (!files.some((old) => same(old, file))) files.push(file); });
    kept.set(input, input.multiple ? files : files.slice(-1));
    refresh(zone);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // ---- 文件从哪里来 ----
  const add = (zone, incoming) => (uploads(zone) ? enqueue : choose)(zone, [...incoming]);
  function taken(zone, input) {
    if (!zone || input.type !== "file" || !input.files.length) return;
    add(zone, input.files);
    if (uploads(zone)) input.value = "";
  }
  document.addEventListener("change", (event) => taken(zoneOf(event), event.target));
  // 网慢时，文件可能在这段程序到来之前就选好了
  document.querySelectorAll("[data-dropzone] input[type=file]").forEach((input) => taken(input.closest("[data-dropzone]"), input));
  ["dragenter", "dragover"].forEach((name) => document.addEventListener(name, (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("over");
  }));
  document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) add(zone, event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => { // 在表单里任何地方粘贴截图，都进这张表单的材料栏
    const form = event.target.closest?.("form");
    const zone = zoneOf(event) || (form && $("[data-dropzone]", form));
    const files = event.clipboardData?.files;
    if (zone && files?.length) { event.preventDefault(); add(zone, files); }
  });
  document.addEventListener("click", (event) => {
    const again = event.target.closest("[data-send]");
    if (again) { // 正在上传或没传上的：重试、移除
      const item = again.closest("li");
      const job = sending.get(item);
      if (again.dataset.send === "again") { retry(item, job); return; }
      job.xhr?.abort();
      item.remove();
      done(item, job);
      next();
      return;
    }
    const button = event.target.closest("[data-kept-do]");
    if (!button) return; // 已保存的材料：前移、后移、移除，次序就是隐藏栏的次序
    const item = button.closest("li");
    const form = item.closest("form");
    const zone = item.closest("[data-dropzone]");
    if (button.dataset.keptDo === "earlier") item.previousElementSibling?.before(item);
    if (button.dataset.keptDo === "later") item.nextElementSibling?.after(item);
    if (button.dataset.keptDo === "remove") { item.remove(); $("input[type=file]", zone)?.focus(); }
    else button.focus();
    marked(form);
    zone?.dispatchEvent(new CustomEvent("evidencechange", { bubbles: true }));
  });
})();
