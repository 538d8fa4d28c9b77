// The behaviour that every page shares. No inline script anywhere; elements ask by data-yx-… attributes. Everything works without it,
// only less comfortably, except where a page says otherwise.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("has-script");
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const cookie = (name) => (document.cookie.split("; ").find((c) => c.startsWith(name + "=")) || "").slice(name.length + 1);
  const live = (text) => { const node = $("#live"); if (node) { node.textContent = ""; setTimeout(() => { node.textContent = text; }, 50); } };
  const lost = (on) => { const node = $("#lost"); if (node) node.hidden = !on; };
  const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  // One key a press of a button: the same press sent twice is one act, a new press is a new one.
  const renew = (form) => all("[data-yx-key]", form).forEach((input) => { input.value = key(); });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || (form.getAttribute("method") || "").toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.yxSent) { event.preventDefault(); return; }
    renew(form);
    form.dataset.yxSent = "1";
    const button = event.submitter;
    // Later, or the pressed button's own name and value would be left out of what is sent.
    setTimeout(() => { if (button) { button.setAttribute("aria-busy", "true"); } live($("#live")?.dataset.sending || ""); }, 0);
    setTimeout(() => { delete form.dataset.yxSent; button?.removeAttribute("aria-busy"); }, 15000);
  });
  window.addEventListener("pageshow", () => {
    all("form[data-yx-sent]").forEach((form) => { delete form.dataset.yxSent; });
    all("[aria-busy]").forEach((node) => node.removeAttribute("aria-busy"));
  });

  // htmx: the CSRF token with every request; the line lost is said, never swallowed.
  document.addEventListener("htmx:configRequest", (event) => {
    // An empty filter says nothing: it stays out of the URL, unless the table has a filter by itself.
    if (event.detail.verb === "get" && event.detail.elt.matches(".y-filter")) {
      all("input, select", event.detail.elt).forEach((input) => { if (input.name && input.value === "" && input.dataset.yxKeep === undefined) delete event.detail.parameters[input.name]; });
    }
    if (event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
      const form = event.detail.elt.closest("form");
      if (form) { renew(form); const fresh = $("[data-yx-key]", form); if (fresh) event.detail.parameters.set ? event.detail.parameters.set("key", fresh.value) : (event.detail.parameters.key = fresh.value); }
    }
  });
  document.addEventListener("htmx:beforeRequest", (event) => { event.detail.elt.closest("form, button, a")?.setAttribute("aria-busy", "true"); });
  document.addEventListener("htmx:afterRequest", (event) => { event.detail.elt.closest("form, button, a")?.removeAttribute("aria-busy"); });
  document.addEventListener("htmx:sendError", () => lost(true));
  document.addEventListener("htmx:timeout", () => lost(true));
  document.addEventListener("htmx:afterOnLoad", () => lost(false));
  window.addEventListener("online", () => lost(false));
  document.addEventListener("htmx:responseError", (event) => {
    const xhr = event.detail.xhr;
    const text = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain") ? xhr.responseText : `${xhr.status}`;
    const node = $("#lost span");
    if (node) { node.textContent = text; lost(true); }
  });
  // A field that is being typed in keeps the caret when the table around it is drawn again.
  let typed = null;
  document.addEventListener("htmx:beforeSwap", () => { const at = document.activeElement; typed = at && at.type === "search" ? { id: at.id, value: at.value } : null; });
  document.addEventListener("htmx:afterSettle", (event) => {
    const again = typed && document.getElementById(typed.id);
    if (again) { again.value = typed.value; again.focus(); again.setSelectionRange(again.value.length, again.value.length); }
    typed = null;
    start(event.target);
    const found = event.target.querySelector?.(".y-pager > span, .y-empty h2") || event.target.parentNode?.querySelector?.(".y-pager > span");
    if (found) live(found.textContent);
  });

  // Picking rows: the box in the head takes the whole page; what counts them asks by data-yx-count="form".
  const count = (form) => {
    const boxes = all(`[data-yx-pick="${form}"]`);
    const on = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("is-picked", box.checked));
    all(`[data-yx-all="${form}"]`).forEach((head) => { head.checked = boxes.length > 0 && on.length === boxes.length; head.indeterminate = on.length > 0 && on.length < boxes.length; });
    all(`[data-yx-count="${form}"]`).forEach((node) => { node.textContent = String(on.length); });
    all(`[data-yx-needs="${form}"]`).forEach((button) => { button.disabled = on.length === 0; });
    document.dispatchEvent(new CustomEvent("yx:picked", { detail: { form, count: on.length } }));
  };
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.dataset?.yxAll) { all(`[data-yx-pick="${box.dataset.yxAll}"]`).forEach((other) => { if (!other.disabled) other.checked = box.checked; }); count(box.dataset.yxAll); }
    if (box.dataset?.yxPick) count(box.dataset.yxPick);
    if (box.type === "file") chosen(box);
    if (box.dataset?.yxSubmit !== undefined) box.form?.requestSubmit();
  });

  // Files: name and size beside the field; dropping onto it works too.
  const chosen = (input) => {
    let note = input.parentNode.querySelector(".y-chosen");
    if (!note) { note = document.createElement("p"); note.className = "y-chosen"; note.setAttribute("role", "status"); input.after(note); }
    note.textContent = [...input.files].map((f) => `${f.name}　${f.size > 1048576 ? (f.size / 1048576).toFixed(1) + " MB" : Math.ceil(f.size / 1024) + " KB"}`).join("\n");
  };
  for (const type of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      const zone = event.target.closest?.("[data-yx-drop]");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("is-over", type === "dragover");
      if (type === "drop") { const input = document.getElementById(zone.htmlFor); input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
    });
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest?.("[data-yx-close]");
    if (close) { const node = document.getElementById(close.dataset.yxClose); if (node instanceof HTMLDialogElement) node.close(); else if (node) node.hidden = true; }
    const open = event.target.closest?.("[data-yx-dialog]");
    if (open) { const dialog = document.getElementById(open.dataset.yxDialog); if (dialog) { event.preventDefault(); dialog.showModal(); } }
    const none = event.target.closest?.("[data-yx-none]");
    if (none) { all(`[data-yx-pick="${none.dataset.yxNone}"]`).forEach((box) => { box.checked = false; }); count(none.dataset.yxNone); }
    const show = event.target.closest?.("[data-yx-show]");
    if (show) { const field = document.getElementById(show.dataset.yxShow); const on = field.type === "password"; field.type = on ? "text" : "password"; show.setAttribute("aria-pressed", String(on)); }
    const print = event.target.closest?.("[data-yx-print]");
    if (print) window.print();
    const copy = event.target.closest?.("[data-yx-copy]");
    if (copy) navigator.clipboard?.writeText(document.getElementById(copy.dataset.yxCopy).textContent.trim()).then(() => live($("#live")?.dataset.done || ""));
    // Browsers without popovers (before 2023): the same buttons open and close by class.
    if (!HTMLElement.prototype.hasOwnProperty("popover")) {
      const button = event.target.closest?.("[popovertarget]");
      const target = button && document.getElementById(button.getAttribute("popovertarget"));
      all("[popover].is-open").forEach((node) => { if (node !== target && !node.contains(event.target)) node.classList.remove("is-open"); });
      target?.classList.toggle("is-open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName) && !document.activeElement?.isContentEditable) {
      const field = $("main input[type=search]");
      if (field) { event.preventDefault(); field.focus(); } else { const link = $("[data-yx-slash]"); if (link) { event.preventDefault(); link.click(); } }
    }
  });
  // The button of an open menu says so.
  document.addEventListener("toggle", (event) => {
    if (event.target.id) all(`[popovertarget="${event.target.id}"][aria-haspopup]`).forEach((b) => b.setAttribute("aria-expanded", String(event.newState === "open")));
  }, true);

  const start = (from) => {
    new Set(all("[data-yx-pick]", from).map((box) => box.dataset.yxPick)).forEach(count);
    all("[data-yx-needs]", from).forEach((button) => count(button.dataset.yxNeeds));
  };
  start(document);
  // After a refused form the summary is where reading begins.
  $("form[method=post] [data-yx-errors]")?.focus();
  window.yx = { key, live, cookie };
})();
