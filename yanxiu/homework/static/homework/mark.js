// Marking by keyboard: digits give a level to the criterion at hand, J and K walk, E excellent, C comment, Ctrl+Enter saves.
(() => {
  const form = document.getElementById("mark");
  if (!form) return;
  const criteria = [...form.querySelectorAll("[data-criterion]")];
  const chosen = (criterion) => criterion.querySelector("input:checked");
  const tell = () => {
    let total = 0;
    for (const criterion of criteria) {
      const input = chosen(criterion);
      criterion.querySelector("[data-got]").textContent = input ? input.value : "–";
      const told = criterion.querySelector("[data-told]");
      told.textContent = input ? input.dataset.text : told.dataset.none;
      if (input) total += Number(input.value);
    }
    document.getElementById("total").textContent = String(total);
  };
  form.addEventListener("change", tell);
  const save = document.getElementById("save");
  // The criterion at hand: where the focus is, else the first without a level.
  const at = () => {
    const here = criteria.findIndex((criterion) => criterion.contains(document.activeElement));
    return here >= 0 ? here : criteria.findIndex((criterion) => !chosen(criterion));
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (save) { event.preventDefault(); form.requestSubmit(save); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = document.activeElement;
    if (node && (node.tagName === "TEXTAREA" || node.tagName === "SELECT" || (node.tagName === "INPUT" && !["radio", "checkbox"].includes(node.type)))) {
      if (event.key === "Escape") node.blur();
      return;
    }
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      const link = document.getElementById(key === "j" ? "next" : "previous");
      if (link) { event.preventDefault(); link.click(); }
    } else if (key === "e") {
      event.preventDefault();
      document.getElementById("id_excellent").click();
    } else if (key === "c") {
      event.preventDefault();
      document.getElementById("id_comment").focus();
    } else if (/^[1-9]$/.test(key)) {
      const place = at();
      const input = place >= 0 && criteria[place].querySelectorAll("input")[Number(key) - 1];
      if (!input) return;
      event.preventDefault();
      input.checked = true;
      tell();
      const next = criteria[place + 1];
      (next ? chosen(next) || next.querySelector("input") : document.getElementById("id_comment")).focus();
    }
  });
})();
