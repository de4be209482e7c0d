// 服务线程：没有网络时给出离线页与静态文件。只存这两样，从不存任何一页带内容的页面。
// 服务器在前面写上 VERSION（内容的摘要）与 FILES（要预存的地址）。
"use strict";
const CACHE = `lvyuetai-${VERSION}`;
const OFFLINE = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE)
    .then((cache) => cache.addAll([OFFLINE, ...FILES].map((url) => new Request(url, { cache: "reload", credentials: "omit" }))))
    .then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("lvyuetai-") && name !== CACHE).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});
const fallback = async (url) => (await caches.match(url, { cacheName: CACHE })) || Response.error();
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => fallback(OFFLINE)));
  else if (FILES.includes(url.pathname)) event.respondWith(fetch(request).catch(() => fallback(url.pathname)));
});
