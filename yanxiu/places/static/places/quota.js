// The quota sheet like a spreadsheet: arrow keys and Enter, a pasted block, filling in, what would be left. Without this script the cells are plain fields.
(() => {
  "use strict";
  const form = document.getElementById("quota");
  if (!form) return;
  const all = (selector, from = form) => [...from.querySelectorAll(selector)];
  const rows = () => all("tr[data-row]").filter((row) => !row.hidden);
  const cells = (row) => all("input[data-b]", row).filter((input) => input.offsetParent !== null);
  const number = (text) => { const n = String(text).replace(/[,，\s]/g, ""); return /^\d+$/.test(n) ? Number(n) : NaN; };
  let now = form.dataset.now;

  const sum = form.querySelector("[data-sum]");
  const tell = () => {
    let changed = 0;
    const more = {};
    for (const input of all("input[data-b]")) {
      const was = Number(input.dataset.was);
      const is = number(input.value);
      const on = input.value.trim() !== input.dataset.was;
      input.closest(".y-cell").classList.toggle("is-changed", on);
      if (on) changed += 1;
      if (!Number.isNaN(is)) more[input.dataset.b] = (more[input.dataset.b] || 0) + is - was;
    }
    let left = 0;
    for (const cell of all("[data-free]")) {
      const free = Number(cell.dataset.was) - (more[cell.dataset.free] || 0);
      cell.textContent = free.toLocaleString("en-US");
      cell.closest("td").classList.toggle("text-danger", free < 0);
      if (cell.dataset.free === now) left = free;
    }
    if (!sum) return;
    const words = changed === 0 ? sum.dataset.none : left < 0 ? sum.dataset.over : sum.dataset.some;
    sum.textContent = words.replace("{n}", String(changed)).replace("{b}", sum.dataset.number).replace("{m}", Math.abs(left).toLocaleString("en-US"));
  };
  form.addEventListener("input", tell);

  form.addEventListener("keydown", (event) => {
    const input = event.target.closest?.("input[data-b]");
    if (!input || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const line = rows();
    const r = line.indexOf(input.closest("tr"));
    const c = cells(line[r]).indexOf(input);
    const to = { ArrowUp: [r - 1, c], ArrowDown: [r + 1, c], Enter: [r + (event.shiftKey ? -1 : 1), c] }[event.key]
      || (event.key === "ArrowLeft" && input.selectionStart === 0 && input.selectionEnd === 0 ? [r, c - 1] : null)
      || (event.key === "ArrowRight" && input.selectionStart === input.value.length ? [r, c + 1] : null);
    if (!to) return;
    event.preventDefault();
    const next = line[to[0]] && cells(line[to[0]])[to[1]];
    if (next) { next.focus(); next.select(); }
  });
  form.addEventListener("focusin", (event) => { if (event.target.matches?.("input[data-b]")) event.target.select(); });

  form.addEventListener("paste", (event) => {
    const input = event.target.closest?.("input[data-b]");
    const text = event.clipboardData?.getData("text") || "";
    if (!input || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const line = rows();
    const r = line.indexOf(input.closest("tr"));
    const c = cells(line[r]).indexOf(input);
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((part, i) => part.split("\t").forEach((value, j) => {
      const cell = line[r + i] && cells(line[r + i])[c + j];
      if (cell) cell.value = value.trim().replace(/[,，]/g, "");
    }));
    tell();
  });

  document.addEventListener("click", (event) => {
    const fill = event.target.closest?.("[data-fill]");
    if (fill) {
      for (const input of all(`input[data-b="${now}"]`)) {
        if (fill.dataset.fill === "least") input.value = input.dataset.least;
        else if (input.dataset.more !== undefined) input.value = String(Number(input.dataset.was) + Number(input.dataset.more));
      }
      tell();
      form.querySelector(`input[data-b="${now}"]`)?.focus();
    }
    // One batch at a time on a phone; what was typed in the others stays.
    const step = event.target.closest?.("[data-step]");
    if (step) {
      const heads = all("th[data-batch]");
      const at = heads.findIndex((head) => head.dataset.batch === now) + Number(step.dataset.step);
      event.preventDefault();
      if (!heads[at]) return;
      now = heads[at].dataset.batch;
      all("[data-batch]").forEach((cell) => { const on = cell.dataset.batch === now; cell.classList.toggle("y-wide", !on); cell.classList.toggle("is-now", on); });
      form.querySelector("[data-step-name]").textContent = heads[at].dataset.name;
      if (sum) sum.dataset.number = heads[at].dataset.name.replace(/\D/g, "");
      tell();
    }
  });

  form.querySelector("[data-find]")?.addEventListener("input", (event) => {
    const word = event.target.value.trim();
    all("tr[data-row]").forEach((row) => { row.hidden = word !== "" && !row.dataset.findIn.includes(word); });
  });
  form.querySelector("[data-find]")?.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  form.querySelector("[data-sort]")?.addEventListener("change", (event) => {
    const line = all("tr[data-row]");
    line.forEach((row, i) => { if (row.dataset.place === undefined) row.dataset.place = String(i); });
    line.sort((a, b) => (event.target.value === "teachers" ? b.dataset.teachers - a.dataset.teachers : a.dataset.place - b.dataset.place));
    line.forEach((row) => { row.classList.remove("is-head"); row.parentNode.append(row); });
    line[0]?.classList.add("is-head");
  });

  // Going away with something typed is asked about; saving is not.
  let saving = false;
  form.addEventListener("submit", () => { saving = true; });
  addEventListener("beforeunload", (event) => { if (!saving && form.querySelector(".is-changed")) event.preventDefault(); });
  tell();
})();
