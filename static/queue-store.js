// 待发送队列的存放处：IndexedDB，内容用 AES-GCM 加密，密钥不可导出，一个人一把。威胁与取舍见 docs/decisions/offline-queue.md。
//   present   这台手机上最后登录的人：{ person, seen }；退出就清掉
//   keys      { person, key }                       有待发送的就留着，等本人再登录
//   entries   { id, person, made, state, files, iv, sealed }  state：waiting 待发送 | problem 要改
//   files     { id, entry, iv, sealed }             照片，随记录一起删
//   forms     { id, person, at, iv, sealed }        空白表单，离线时用来登记
// 明文只有编号、人的编号、时间、状态、照片数；别人的记录列不出来，也打不开。
(() => {
  "use strict";
  if (!window.indexedDB || !window.crypto?.subtle || !crypto.randomUUID || !navigator.locks) return; // 不支持的浏览器没有队列，页面照常使用
  const NAME = "lvyuetai-queue";
  const FORGOTTEN_AFTER = 7 * 24 * 3600 * 1000;
  const STORES = { present: "name", keys: "person", entries: "id", files: "id", forms: "id" };
  const coder = new TextEncoder();

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const ended = (transaction) => new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  let opening = null;
  function open() {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        Object.entries(STORES).forEach(([store, keyPath]) => request.result.createObjectStore(store, { keyPath }));
        request.transaction.objectStore("files").createIndex("entry", "entry");
        ["entries", "forms"].forEach((store) => request.transaction.objectStore(store).createIndex("person", "person"));
      };
      request.onsuccess = () => { request.result.onversionchange = () => request.result.close(); resolve(request.result); };
      request.onerror = () => { opening = null; reject(request.error); };
    });
    return opening;
  }
  async function read(store, key) { return done((await open()).transaction(store).objectStore(store).get(key)); }
  async function all(store, index, key) {
    const source = (await open()).transaction(store).objectStore(store);
    return done(index ? source.index(index).getAll(key) : source.getAll());
  }
  async function write(stores, act) { // 一个事务：要么全存下，要么都没有；strict 要求真正落到存储上
    const transaction = (await open()).transaction(stores, "readwrite", { durability: "strict" });
    act((name) => transaction.objectStore(name));
    return ended(transaction);
  }

  // ---- 加密 ----
  async function keyOf(person) {
    const found = await read("keys", person);
    if (found) return found.key;
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await write(["keys"], (store) => store("keys").add({ person, key })).catch(() => {}); // 另一个标签页先建了就用它的
    return (await read("keys", person)).key;
  }
  const bound = (person, id) => coder.encode(`${NAME}\0${person}\0${id}`); // 密文只在本人的这一处打得开
  async function seal(person, id, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(person, id) }, await keyOf(person), bytes);
    return { iv, sealed };
  }
  async function unseal(person, id, { iv, sealed }) {
    return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound(person, id) }, await keyOf(person), sealed);
  }
  const sealText = (person, id, value) => seal(person, id, coder.encode(JSON.stringify(value)));
  const unsealText = async (person, id, row) => JSON.parse(new TextDecoder().decode(await unseal(person, id, row)));

  // ---- 谁在用这台手机 ----
  async function present() {
    const found = await read("present", "present");
    return found && Date.now() - found.seen < FORGOTTEN_AFTER ? found.person : null;
  }
  async function signedIn(person) { // 换了人：上一位的空白表单不留；没有待发送的，钥匙也不留
    const before = await read("present", "present");
    if (before && before.person !== person) await signedOut();
    await write(["present"], (store) => store("present").put({ name: "present", person, seen: Date.now() }));
  }
  async function signedOut() {
    const waiting = new Set((await all("entries")).map((row) => row.person));
    const keys = await all("keys");
    await write(["present", "forms", "keys"], (store) => {
      store("present").clear();
      store("forms").clear();
      keys.filter((row) => !waiting.has(row.person)).forEach((row) => store("keys").delete(row.person));
    });
  }

  // ---- 待发送的记录 ----
  async function save(person, id, told, files = {}, state = "waiting") { // files：编号 → { name, type, data } 新加的照片
    const before = await read("entries", id);
    const keep = new Set(Object.values(told.order).flat().filter((item) => item.file).map((item) => item.file));
    const old = before ? (await all("files", "entry", id)).map((row) => row.id) : [];
    const fresh = await Promise.all(Object.entries(files).map(async ([key, { name, type, data }]) => {
      const head = await sealText(person, `${key}:name`, { name, type });
      return { id: key, entry: id, head, ...(await seal(person, key, data)) };
    }));
    const row = { id, person, made: before?.made || new Date().toISOString(), state, files: keep.size, ...(await sealText(person, id, told)) };
    await write(["entries", "files"], (store) => {
      store("entries").put(row);
      fresh.forEach((file) => store("files").put(file));
      old.filter((key) => !keep.has(key)).forEach((key) => store("files").delete(key));
    });
  }
  async function list(person) { // 本人的，先记的在前
    const rows = person === null ? [] : await all("entries", "person", person);
    rows.sort((one, other) => one.made.localeCompare(other.made));
    return Promise.all(rows.map(async (row) => ({ ...row, told: await unsealText(person, row.id, row).catch(() => null) })));
  }
  async function get(person, id) {
    const row = await read("entries", id);
    return row && row.person === person ? { ...row, told: await unsealText(person, id, row) } : null;
  }
  async function file(person, id) {
    const row = await read("files", id);
    if (!row) return null;
    const head = await unsealText(person, `${id}:name`, row.head);
    return new File([await unseal(person, id, row)], head.name, { type: head.type });
  }
  async function remove(id) {
    const files = (await all("files", "entry", id)).map((row) => row.id);
    await write(["entries", "files"], (store) => {
      store("entries").delete(id);
      files.forEach((key) => store("files").delete(key));
    });
  }
  async function counts(person) {
    const rows = await all("entries");
    const mine = rows.filter((row) => row.person === person);
    return { mine: mine.length, problems: mine.filter((row) => row.state === "problem").length, others: rows.length - mine.length };
  }

  // ---- 空白表单 ----
  async function keepForm(person, path, form) { // form：{ title, contract, html }
    const id = `${person}:${path}`;
    const row = { id, person, path, at: Date.now(), ...(await sealText(person, id, form)) };
    await write(["forms"], (store) => store("forms").put(row));
  }
  async function forms(person) {
    const rows = person === null ? [] : await all("forms", "person", person);
    return Promise.all(rows.map(async (row) => ({ path: row.path, at: row.at, ...(await unsealText(person, row.id, row)) })));
  }

  window.queueStore = { present, signedIn, signedOut, save, list, get, file, remove, counts, keepForm, forms };
})();
