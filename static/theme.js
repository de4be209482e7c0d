// 在画出页面之前定下明暗，免得先白后黑地闪一下；其余行为在 app.js。
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choice = () => {
    try { return localStorage.getItem("theme") || "system"; } catch { return "system"; }
  };
  const apply = () => {
    const dark = choice() === "dark" || (choice() === "system" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  window.theme = {
    choice,
    choose(value) {
      try { localStorage.setItem("theme", value); } catch { /* 无痕窗口不许存，只在本页有效 */ }
      apply();
    },
  };
  system.addEventListener("change", apply);
  apply();
})();
