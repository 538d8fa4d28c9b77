// Counts letters, digits and Han as the platform does, while one writes.
(() => {
  const field = document.querySelector("textarea[data-count]");
  const shown = field && document.getElementById(field.dataset.count);
  if (!shown) return;
  const tell = () => { shown.textContent = String((field.value.match(/[\p{L}\p{Nd}\u3007]/gu) || []).length); };
  field.addEventListener("input", tell);
  tell();
})();
