// Before the first paint: without a chosen theme the page follows the device.
(() => {
  const root = document.documentElement;
  if (root.dataset.yxTheme !== "auto" || !window.matchMedia) return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  set();
  dark.addEventListener("change", set);
})();
