// Choosing, withdrawing and a school's enrolments through the gate. One key a press: whatever happens to the line, the same press is one act.
// Where there is no gate, or it answers what only a page can explain, the form goes to the page as it would without this script.
(() => {
  "use strict";
  const box = document.getElementById("trying");
  if (!box) return;
  const WAITS = [1, 2, 4, 8, 15];  // seconds between two tries
  const KEPT = "yx-choice";
  const MOST = 500;  // persons of a list
  let timer = 0;
  let busy = false;

  const uuid = () => { const k = window.yx.key(); return `${k.slice(0, 8)}-${k.slice(8, 12)}-${k.slice(12, 16)}-${k.slice(16, 20)}-${k.slice(20)}`; };
  const say = (text) => { box.hidden = !text; box.querySelector("b").textContent = text; };
  const sleep = (seconds) => new Promise((done) => { timer = setTimeout(done, seconds * 1000); addEventListener("online", done, { once: true }); });
  const keep = (asked) => { try { if (asked) sessionStorage.setItem(KEPT, JSON.stringify(asked)); else sessionStorage.removeItem(KEPT); } catch { /* kept in the page only */ } };
  const hold = (on) => { busy = on; document.querySelectorAll("form[data-hot] button").forEach((b) => { if (on) b.setAttribute("aria-disabled", "true"); else b.removeAttribute("aria-disabled"); }); };

  const asks = (form) => {
    const body = { batch: Number(form.dataset.batch), key: uuid() };
    if (form.dataset.hot === "enrol") {
      const list = new FormData(form);
      body.school = Number(form.dataset.school);
      body.persons = list.getAll("person").map(Number);
      body.training_class = Number(list.get("class")) || null;
    }
    if (form.dataset.hot === "choose") { body.training_class = Number(form.elements.class.value); body.change = form.elements.change?.value === "1"; }
    return { to: form.dataset.hot, body };
  };

  // The claim of the gate is ten minutes old at most; any page renews it. Signed out: the way to the sign-in.
  const renew = async () => {
    const page = await fetch(location.pathname, { headers: { Accept: "application/json" } });
    if (page.status === 401) { keep(null); location.assign((await page.json()).go); return false; }
    return page.ok;
  };

  const send = async (asked, form) => {
    hold(true);
    keep(asked);
    say(box.dataset.sending);
    let renewed = false;
    for (let n = 0; ; n++) {
      let answer = null;
      try {
        answer = await fetch(`/hot/${asked.to}`, {
          method: "POST", headers: { "Content-Type": "application/json", "X-Yx": "1" }, body: JSON.stringify(asked.body), signal: AbortSignal.timeout(15000),
        });
      } catch { /* the line is lost, or too slow */ }
      if (answer && (answer.status === 200 || answer.status === 409)) { await told(asked, answer.status, form); return; }
      if (answer?.status === 401 && !renewed) { renewed = true; if (!(await renew().catch(() => false))) return; continue; }
      if (answer && answer.status !== 503 && answer.status !== 502 && answer.status !== 504) { plainly(asked, form); return; }
      const wait = Number(answer?.headers.get("Retry-After")) || WAITS[Math.min(n, WAITS.length - 1)];
      say(answer ? box.dataset.busy.replace("{n}", String(wait)) : box.dataset.lost);
      if (n === 0) box.scrollIntoView({ block: "center" });  // the button may stand below a hundred rows
      await sleep(wait);
      clearTimeout(timer);
      say(box.dataset.again);
    }
  };

  const told = async (asked, status, form) => {
    if (asked.to === "enrol") { plainly(asked, form); return; }  // the page puts the answers of a list into words
    keep(null);
    const url = box.dataset.outcome.replace("00000000-0000-0000-0000-000000000000", asked.body.key);
    try {
      const words = await fetch(status === 409 ? `${url}?other=1` : url);
      if (!words.ok) throw new Error(String(words.status));
      document.querySelectorAll("dialog[open]").forEach((d) => d.close());
      const outcome = document.getElementById("outcome");
      outcome.innerHTML = await words.text();
      await window.htmx.ajax("GET", location.pathname + location.search, { target: "#choose", select: "#choose", swap: "outerHTML" });
      outcome.scrollIntoView({ block: "nearest" });
    } catch { location.reload(); }
    say("");
    hold(false);
  };

  // The same key: if the gate did take it, the page gives the same answer.
  const plainly = (asked, form) => {
    keep(null);
    if (!form?.isConnected) { location.reload(); return; }
    form.querySelectorAll("[data-yx-key]").forEach((input) => { input.value = asked.body.key; });
    HTMLFormElement.prototype.submit.call(form);
  };

  // Before yx.js sees it: this form is not on its way to the page.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form[data-hot]");
    if (!form) return;
    event.preventDefault();
    if (busy) return;
    const asked = asks(form);
    if (asked.body.persons?.length > MOST) plainly(asked, form);
    else send(asked, form);
  }, true);

  let left = null;
  try { left = JSON.parse(sessionStorage.getItem(KEPT)); } catch { /* nothing kept */ }
  if (left) send(left, null);
})();
