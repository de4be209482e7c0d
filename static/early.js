// 脚本还没就绪时按下的按钮：先记下，就绪后再按一次。这样既不落空，也不会绕过“请确认”直接提交。
// 链接不管：没有脚本也能走。与 theme.js 一样在 <head> 里直接执行，其余脚本都在它之后。
(() => {
  const held = new Set();
  const hold = (event) => {
    const button = event.target.closest("button, input[type=submit], input[type=button]");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.setAttribute("aria-busy", "true");
    held.add(button);
  };
  const release = () => {
    removeEventListener("click", hold, true);
    held.forEach((button) => {
      button.removeAttribute("aria-busy");
      if (button.isConnected) button.click();
    });
    held.clear();
  };
  addEventListener("click", hold, true);
  // 别的脚本也在 DOMContentLoaded 时才就绪，排在它们后面。
  document.addEventListener("DOMContentLoaded", () => setTimeout(release));
})();
