// 佐证材料：拖入、粘贴、拍照，可分几次添加；显示缩略图，可调顺序，可移除。
// 图片用 data: 地址预览，因为内容安全策略不放行 blob:。真正的上传随表单提交，或由 data-upload-hook 的脚本接手：
// 每次选定的文件变了，就在 .dropzone 上发出 fileschange 事件（detail.files）。
(() => {
  "use strict";
  const kept = new WeakMap(); // 输入框 → 已选的文件，按显示的顺序
  const THUMB = 264;

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
  const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`);

  function refresh(zone) {
    const input = zone.querySelector("input[type=file]");
    const list = zone.querySelector("[data-new-files]");
    const files = kept.get(input) || [];
    const holder = new DataTransfer();
    files.forEach((file) => holder.items.add(file));
    input.files = holder.files;
    list.replaceChildren(...files.map((file, place) => card(zone, input, file, place)));
    zone.querySelector("[data-file-count]").textContent = files.length ? `已选 ${files.length} 个文件，保存后上传` : "";
    zone.dispatchEvent(new CustomEvent("fileschange", { bubbles: true, detail: { files } }));
  }
  function card(zone, input, file, place) {
    const item = zone.querySelector("template").content.firstElementChild.cloneNode(true);
    item.querySelector(".name").textContent = file.name;
    item.querySelector("[data-size]").textContent = size(file.size);
    preview(file).then((url) => {
      if (!url) return;
      const image = document.createElement("img");
      image.src = url;
      image.alt = `待上传：${file.name}`;
      item.querySelector(".no-thumb").replaceWith(image);
    });
    item.querySelectorAll("[data-do]").forEach((button) => {
      button.setAttribute("aria-label", `${button.getAttribute("aria-label")}：${file.name}`);
      button.addEventListener("click", () => {
        const files = kept.get(input);
        files.splice(place, 1);
        if (button.dataset.do !== "remove") files.splice(place + (button.dataset.do === "later" ? 1 : -1), 0, file);
        refresh(zone);
        input.focus();
      });
    });
    item.querySelector("[data-do=earlier]").disabled = place === 0;
    item.querySelector("[data-do=later]").disabled = place === kept.get(input).length - 1;
    return item;
  }
  function add(zone, incoming) {
    const input = zone.querySelector("input[type=file]");
    const files = input.multiple ? kept.get(input) || [] : [];
    const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
    [...incoming].forEach((file) => { if (!files.some((old) => same(old, file))) files.push(file); });
    kept.set(input, input.multiple ? files : files.slice(-1));
    refresh(zone);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const zoneOf = (event) => event.target.closest?.("[data-dropzone]");

  document.addEventListener("change", (event) => {
    const zone = zoneOf(event);
    if (zone && event.target.type === "file" && event.target.files.length) add(zone, event.target.files);
  });
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
    const zone = zoneOf(event) || form?.querySelector("[data-dropzone]");
    const files = event.clipboardData?.files;
    if (zone && files?.length) { event.preventDefault(); add(zone, files); }
  });
  document.addEventListener("click", (event) => { // 已保存的材料：前移、后移、移除，次序就是隐藏栏的次序
    const button = event.target.closest("[data-kept-do]");
    if (!button) return;
    const item = button.closest("li");
    if (button.dataset.keptDo === "earlier") item.previousElementSibling?.before(item);
    if (button.dataset.keptDo === "later") item.nextElementSibling?.after(item);
    const form = item.closest("form");
    if (button.dataset.keptDo === "remove") item.remove();
    else button.focus();
    if (form?.hasAttribute("data-guard")) form.dataset.dirty = "yes";
  });
})();
