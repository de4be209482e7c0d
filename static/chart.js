// 图：<figure class="chart" data-chart='ECharts 的选项'>，数字由服务器算好。滚到眼前才加载 ECharts，颜色随明暗换。
// 颜色写成 "@accent" 这样的名字，就取 app.css 里同名的变量。
(() => {
  "use strict";
  const charts = new Map();
  let library = null;
  const load = (url) => (library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: url, onload: done, onerror: failed });
    document.head.append(script);
  }));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  function painted(value) {
    if (typeof value === "string") return value.startsWith("@") ? colour(value.slice(1)) : value;
    if (Array.isArray(value)) return value.map(painted);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, painted(item)]));
    return value;
  }
  const axis = () => ({
    axisLine: { lineStyle: { color: colour("line-strong") } }, axisTick: { show: false },
    axisLabel: { color: colour("muted") }, splitLine: { lineStyle: { color: colour("line") } }, nameTextStyle: { color: colour("muted") },
  });
  function theme() {
    return {
      color: ["accent", "line-strong", "good", "warn", "bad"].map(colour), backgroundColor: "transparent",
      textStyle: { color: colour("text"), fontFamily: getComputedStyle(document.body).fontFamily },
      legend: { top: 0, textStyle: { color: colour("text") } },
      tooltip: { backgroundColor: colour("surface"), borderColor: colour("line"), textStyle: { color: colour("text") } },
      categoryAxis: { ...axis(), splitLine: { show: false } }, valueAxis: axis(), timeAxis: axis(),
      calendar: { itemStyle: { color: colour("surface"), borderColor: colour("line") }, splitLine: { lineStyle: { color: colour("line-strong") } }, dayLabel: { color: colour("muted") }, monthLabel: { color: colour("text") }, yearLabel: { show: false } },
    };
  }
  function draw(figure, { still = false } = {}) {
    const area = figure.querySelector(".chart-canvas");
    charts.get(figure)?.dispose();
    const options = painted(JSON.parse(figure.dataset.chart));
    const unit = figure.dataset.unit || "";
    const chart = window.echarts.init(area, theme(), { renderer: "canvas" });
    const grid = Array.isArray(options.grid) ? options.grid : { left: 8, right: 16, top: options.legend ? 36 : 16, bottom: 8, containLabel: true, ...options.grid };
    chart.setOption({
      animation: !still && !matchMedia("(prefers-reduced-motion: reduce)").matches, animationDuration: 300, ...options, grid,
      tooltip: { trigger: "axis", confine: true, valueFormatter: (value) => (value === null || value === undefined ? "无数据" : `${value.toLocaleString("zh-CN")}${unit}`), ...options.tooltip },
    });
    charts.set(figure, chart);
    figure.dataset.drawn = "yes";
  }
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => charts.get(target.closest("figure"))?.resize()));
  const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
    seen.unobserve(target);
    load(target.dataset.library).then(() => { draw(target); resized.observe(target.querySelector(".chart-canvas")); }, () => {
      target.querySelector(".chart-canvas").hidden = true; // 图画不出来，就把数字摆出来
      target.querySelector("details").open = true;
    });
  }), { rootMargin: "200px" });
  const start = (root) => root.querySelectorAll("figure[data-chart]:not([data-drawn])").forEach((figure) => seen.observe(figure));
  function forget() {
    [...charts].filter(([figure]) => !figure.isConnected).forEach(([figure, chart]) => { chart.dispose(); charts.delete(figure); });
  }
  document.addEventListener("DOMContentLoaded", () => start(document));
  document.addEventListener("htmx:afterSettle", (event) => { forget(); start(event.detail.elt); });
  document.addEventListener("themechange", () => [...charts.keys()].forEach(draw));
  // 打印不等滚动：页面空下来就先取库，打印前把还没画的都画上；库没有取到，就把数字摆出来
  window.addEventListener("load", () => setTimeout(() => {
    const figure = document.querySelector("figure[data-chart]");
    if (figure) load(figure.dataset.library).catch(() => {});
  }, 1000));
  const PAPER = 640; // A4 去掉页边和栏边，按 96 点
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("figure[data-chart]:not([data-drawn])").forEach((figure) => {
      if (!window.echarts) { figure.querySelector("details").open = true; return; }
      seen.unobserve(figure);
      draw(figure, { still: true });
      resized.observe(figure.querySelector(".chart-canvas"));
    });
    charts.forEach((chart) => {
      chart.resize({ width: Math.min(chart.getWidth(), PAPER) });
      chart.getZr().flush(); // 打印不等下一帧
    });
  });
  window.addEventListener("afterprint", () => charts.forEach((chart) => chart.resize({ width: "auto" })));
})();
