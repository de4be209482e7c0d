// 大屏：data-slide 的各屏轮流显示，每屏 data-seconds 秒；按空格停住或继续。每 data-refresh 秒重取整页。
(() => {
  "use strict";
  const slides = [...document.querySelectorAll("[data-slide]")];
  const seconds = Number(document.body.dataset.seconds) || 15;
  let shown = 0;
  let paused = false;
  const show = (next) => {
    shown = next % slides.length;
    slides.forEach((slide, place) => { slide.hidden = place !== shown; });
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); paused = !paused; }
    if (event.key === "ArrowRight") show(shown + 1);
  });
  if (slides.length > 1) setInterval(() => { if (!paused) show(shown + 1); }, seconds * 1000);
  if (slides.length) show(0);
  setInterval(() => { // 先试一下服务器，通了再换整页，免得断网时屏上只剩浏览器的报错
    fetch(location.href, { cache: "no-store" }).then((answer) => { if (answer.ok) location.reload(); }, () => {});
  }, (Number(document.body.dataset.refresh) || 300) * 1000);
})();
