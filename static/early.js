// 脚本还没就绪时做的事，就绪后补上，不会落空：
//   按下的按钮先记下，就绪后再按一次，也不会绕过“请确认”直接提交
//   打的字、选的项、点进的栏，就绪后再告诉一次，核对、查找、自动保存才跟得上
// 链接不管：没有脚本也能走；选的文件由 upload.js 自己看。与 theme.js 一样在 <head> 里直接执行，其余脚本都在它之后。
(() => {
  const pressed = new Set();
  const told = { focus: new Set(), input: new Set(), change: new Set() };
  const hold = (event) => {
    const button = event.target.closest("button, input[type=submit], input[type=button]");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.setAttribute("aria-busy", "true");
    pressed.add(button);
  };
  const note = (event) => {
    if (event.target instanceof Element && event.target.type !== "file") told[event.type].add(event.target);
  };
  const release = () => {
    removeEventListener("click", hold, true);
    for (const [kind, targets] of Object.entries(told)) {
      removeEventListener(kind, note, true);
      targets.forEach((target) => {
        if (target.isConnected) target.dispatchEvent(new Event(kind, { bubbles: kind !== "focus" }));
      });
    }
    pressed.forEach((button) => {
      button.removeAttribute("aria-busy");
      if (button.isConnected) button.click();
    });
    pressed.clear();
  };
  addEventListener("click", hold, true);
  Object.keys(told).forEach((kind) => addEventListener(kind, note, true));
  // 别的脚本也在 DOMContentLoaded 时才就绪，排在它们后面。
  document.addEventListener("DOMContentLoaded", () => setTimeout(release));
})();
