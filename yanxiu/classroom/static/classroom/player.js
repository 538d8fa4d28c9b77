// Film and text of a class: counts what is really played or read, shows what is credited, asks whether somebody is there.
(() => {
  "use strict";
  const holder = document.getElementById("p-data");
  if (!holder) return;
  const data = JSON.parse(holder.textContent), words = data.words;
  // The platform's clock may stand elsewhere than this machine's (and does in a demo).
  data.ahead = data.now - Math.floor(Date.now() / 1000);
  const $ = (id) => document.getElementById(id);
  const ledger = new window.YxLedger(data);
  const NS = "http://www.w3.org/2000/svg", CREDITED = 1, REFUSED = 2;
  const cells = new Uint8Array(data.worth), causes = new Array(data.worth);
  const film = $("p-film"), body = $("p-text");
  let credited = data.seconds, total = data.total, sums = data.kind === "text" ? data.refused.map((r) => [...r]) : [];
  let asking = false, stopped = false;

  const clock = (s) => { const n = Math.max(0, Math.floor(s)), h = Math.floor(n / 3600), m = Math.floor(n / 60) % 60, r = String(n % 60).padStart(2, "0"); return h ? `${h}:${String(m).padStart(2, "0")}:${r}` : `${m}:${r}`; };
  const long = (s) => (s >= 60 ? words.minutes.replace("{m}", Math.floor(s / 60)).replace("{s}", s % 60) : words.seconds.replace("{s}", s));
  const set = (id, text) => { const node = $(id); if (node && node.textContent !== text) node.textContent = text; };
  const show = (id, on) => { const node = $(id); if (node) node.hidden = !on; };
  const warn = (text) => { set("p-warn-text", text || ""); show("p-warn", Boolean(text)); };
  const runs = (test) => { const found = []; for (let n = 0, from = -1; n <= data.worth; n += 1) { const on = n < data.worth && test(n); if (on && from < 0) from = n; if (!on && from >= 0) { found.push([from, n]); from = -1; } } return found; };

  if (data.kind === "video") {
    for (const [a, b] of data.credited) cells.fill(CREDITED, a, b);
    for (const [a, b, code, at] of data.refused) for (let n = a; n < Math.min(b, data.worth); n += 1) { if (cells[n] !== CREDITED) { cells[n] = REFUSED; causes[n] = [code, at]; } }
  }

  // ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────────
  const rect = (a, b, cls) => { const r = document.createElementNS(NS, "rect"); if (cls === "hatch") r.setAttribute("fill", "url(#hatch)"); else r.setAttribute("class", cls); r.setAttribute("x", `${(a * 100) / data.worth}%`); r.setAttribute("width", `${((b - a) * 100) / data.worth}%`); r.setAttribute("y", "4"); r.setAttribute("height", "20"); return r; };

  function paint() {
    const spans = $("p-spans");
    let refused = 0, pending = 0;
    const drawn = [];
    if (data.kind === "video") {
      const waiting = new Uint8Array(data.worth);
      for (const e of ledger.unsent(data.item)) for (const [a, b] of e.spans) waiting.fill(1, a, Math.min(b, data.worth));
      for (const [a, b] of runs((n) => cells[n] === CREDITED)) drawn.push(rect(a, b, "f-accent"));
      for (const [a, b] of runs((n) => cells[n] === REFUSED && !waiting[n])) { drawn.push(rect(a, b, "hatch")); refused += b - a; }
      for (const [a, b] of runs((n) => waiting[n] && cells[n] !== CREDITED)) { drawn.push(rect(a, b, "f-pale")); pending += b - a; }
      set("p-open", clock(data.worth - credited - refused - pending));
    } else {
      pending = ledger.unsent(data.item).reduce((n, e) => n + e.spans.reduce((m, s) => m + s[1] - s[0], 0), 0);
      pending = Math.max(0, Math.min(pending, data.worth - credited));
      refused = sums.reduce((n, r) => n + r[1] - r[0], 0);
      if (credited) drawn.push(rect(0, credited, "f-accent"));
      if (pending) drawn.push(rect(credited, credited + pending, "f-pale"));
      set("p-open", clock(data.worth - credited));
    }
    spans.replaceChildren(...drawn);
    set("p-credited", clock(credited));
    set("p-refused", clock(refused));
    if (credited) set("p-noted", credited >= data.worth ? words.whole : words.noted.replace("{n}", " " + clock(credited)));
    const hundredths = Math.floor((total * 100) / data.hour);
    set("p-hours", `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`);
  }

  function list() {
    const lines = data.kind === "text" ? sums.map(([a, b, code, at]) => [a, b, code, at]) : [];
    if (data.kind === "video") {
      let last = null;
      for (let n = 0; n < data.worth; n += 1) {
        if (cells[n] !== REFUSED) { last = null; continue; }
        if (last && last[2] === causes[n][0]) { last[1] = n + 1; last[3] = Math.max(last[3], causes[n][1]); } else { last = [n, n + 1, causes[n][0], causes[n][1]]; lines.push(last); }
      }
    }
    const when = new Intl.DateTimeFormat(document.documentElement.lang.startsWith("en") ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    $("p-list").replaceChildren(...lines.map(([a, b, code, at]) => {
      const [title, text] = words[code] || [code, ""];
      const line = document.createElement("li"), said = document.createElement("div"), head = document.createElement("b"), note = document.createElement("p"), time = document.createElement("span");
      line.className = "is-wrap";
      head.textContent = data.kind === "video" ? `${words.span.replace("{a}", clock(a)).replace("{b}", clock(b))}　${title}` : title;
      time.className = "y-nb";
      time.textContent = when.format(new Date(at * 1000));
      note.append(`${long(b - a)}${document.documentElement.lang.startsWith("en") ? ". " : "。"}${text}`, " ", time);
      said.append(head, note);
      line.append(said);
      if (data.kind === "video") { const again = document.createElement("button"); again.className = "btn"; again.type = "button"; again.dataset.pSeek = a; again.textContent = words.again; line.append(again); }
      return line;
    }));
    show("p-causes", lines.length > 0);
  }

  ledger.addEventListener("settled", ({ detail: { entry, answer } }) => {
    total = Math.max(total, answer.total);
    if (entry.item !== data.item) return;
    const at = Math.floor(Date.now() / 1000 + data.ahead);
    let told = answer.refused.some((r) => r[2] !== "too_fast") || entry.skipped.length > 0;
    if (data.kind === "video") {
      for (const [a, b] of entry.spans) for (let n = a; n < Math.min(b, data.worth); n += 1) { if (!answer.refused.some((r) => n >= r[0] && n < r[1])) cells[n] = CREDITED; }
      for (const [a, b, code] of answer.refused) for (let n = a; n < Math.min(b, data.worth); n += 1) { if (cells[n] !== CREDITED && (code !== "too_fast" || entry.tries >= 3)) { cells[n] = REFUSED; causes[n] = [code, at]; told = true; } }
      credited = runs((n) => cells[n] === CREDITED).reduce((n, r) => n + r[1] - r[0], 0);
    } else {
      credited = Math.max(credited, answer.seconds);
      for (const [a, b, code] of answer.refused) { if (code === "too_fast" || code === "not_material") continue; const known = sums.find((s) => s[2] === code); if (known) { known[1] += b - a; known[3] = at; } else sums.push([0, b - a, code, at]); }
    }
    if (answer.refused.some((r) => r[2] === "outside_days")) { stopped = true; halt(); warn(words.over); }
    if (told) list();
    paint();
    if (ledger.ask) ask();
  });
  ledger.addEventListener("state", ({ detail: state }) => {
    const node = $("p-state");
    if (!node) return;
    node.classList.toggle("is-off", state !== "saved");
    const unsent = ledger.unsent().reduce((n, e) => n + e.spans.reduce((m, s) => m + s[1] - s[0], 0), 0);
    node.textContent = (words[state] || "").replace("{n}", unsent).replace("{at}", new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(Date.now() + data.ahead * 1000)));
    if (state === "session") { halt(); warn(words.session); }
  });
  // Another device has taken over, or this one was silent too long: what was counted stays, going on takes a new session.
  ledger.addEventListener("gone", ({ detail: how }) => {
    if (how === "ended") { halt(); show("p-elsewhere", true); return; }
    ledger.begin().then((outcome) => { if (outcome !== "ok") { halt(); refused(outcome); } });
  });

  function refused(outcome) {
    if (outcome === "elsewhere") show("p-elsewhere", true);
    else if (outcome === "over" || outcome === "not_open") { stopped = true; warn(words[outcome === "over" ? "over" : "not_open"]); }
    else if (outcome === "refused") warn((words.not_enrolled || [""])[0]);
    else ledger.say("waiting");
  }

  async function ready(takeOver = false) {
    if (stopped) return false;
    if (ledger.live && !takeOver) return true;
    const outcome = await ledger.begin(takeOver);
    if (outcome !== "ok") { refused(outcome); return false; }
    show("p-elsewhere", false);
    warn("");
    if (ledger.entries.length) ledger.flush();
    if (ledger.ask) ask();
    return true;
  }

  // ── is somebody there ──────────────────────────────────────────────────────────────────────────────────────────────
  let askTimer = 0, goOn = false;
  function ask() {
    if (asking || !data.every) return;
    asking = true;
    goOn = film ? !film.paused : true;
    let left = data.answer;
    show("p-presence", true);
    $("p-stage")?.classList.add("has-presence");
    const tick = () => {
      $("p-left").value = Math.max(0, left);
      set("p-left-words", left > 0 ? words.left.replace("{n}", left) : "");
      if (left <= 0) { clearInterval(askTimer); halt(); }
      left -= 1;
    };
    tick();
    askTimer = setInterval(tick, 1000);
    $("p-here").focus({ preventScroll: Boolean(film) });
  }
  $("p-here").addEventListener("click", () => {
    clearInterval(askTimer);
    asking = false;
    show("p-presence", false);
    $("p-stage")?.classList.remove("has-presence");
    sample();
    ledger.answered();
    if (film && goOn) film.play();
    alive();
  });
  const due = () => { if (data.every && ledger.live && ledger.sinceNow() >= data.every) ask(); };

  $("p-take").addEventListener("click", async () => { if (await ready(true)) { if (film) film.play(); } });
  document.addEventListener("click", (event) => { const again = event.target.closest("[data-p-seek]"); if (again && film) { film.currentTime = Number(again.dataset.pSeek); film.play(); $("p-stage").scrollIntoView({ block: "center" }); } });

  let sample = () => {}, halt = () => {}, alive = () => {};
  const tooLate = () => ledger.lostAt !== null && Date.now() - ledger.lostAt > Math.max(60, data.late - 60) * 1000;

  // ── film ───────────────────────────────────────────────────────────────────────────────────────────────────────────
  if (film) {
    let cursor = 0, reached = 0, last = null, hidden = document.hidden, waiting = false;
    const speed = Number(data.speed) || 1;
    const land = (now) => { reached = now; cursor = Math.max(0, Math.ceil(now - 0.15)); last = null; };
    const reach = (now) => {
      reached = now;
      const to = Math.min(data.worth, Math.floor(reached + 0.05));
      if (to <= cursor) return;
      if (!ledger.live) { cursor = to; return; }
      if (hidden) ledger.skip(data.item, cursor, to, "hidden"); else ledger.add(data.item, cursor, to, ledger.axis() - Math.max(0, reached - to) * 1000);
      cursor = to;
      paint();
      due();
    };
    sample = () => {
      const now = film.currentTime, wall = performance.now();
      if (last && !film.seeking) {
        const moved = now - last.now, passed = (wall - last.wall) / 1000;
        // Only what ran by itself counts: a jump of any kind starts anew where it lands.
        if (moved > 0 && moved <= passed * speed + 0.7) reach(now); else if (Math.abs(moved) > 0.05) land(now);
      }
      last = film.paused || film.seeking ? null : { now, wall };
      ledger.position = Math.floor(now);
    };
    halt = () => { if (!film.paused) film.pause(); };
    const label = () => { const on = !film.paused; show("p-big", !on); $("p-play").querySelector(".c-on").hidden = on; $("p-play").querySelector(".c-off").hidden = !on; $("p-play").setAttribute("aria-label", on ? words.pause : words.play); };

    const toggle = async () => {
      if (!film.paused) { film.pause(); return; }
      if (asking) { $("p-here").focus(); return; }
      waiting = true;
      const may = stopped || (await ready());
      waiting = false;
      if (may) film.play();
    };
    $("p-play").addEventListener("click", toggle);
    $("p-big").addEventListener("click", toggle);
    film.addEventListener("click", toggle);
    film.addEventListener("play", () => {
      // Started by a media key or the lock screen: the same door.
      if (asking && !goOn) { film.pause(); return; }
      if (!ledger.live && !stopped && !waiting) { film.pause(); toggle(); return; }
      // After a pause the second that was under way goes on; anywhere else counting starts anew.
      if (Math.abs(film.currentTime - reached) > 0.3) land(film.currentTime);
      label();
    });
    film.addEventListener("playing", () => { last = { now: film.currentTime, wall: performance.now() }; });
    film.addEventListener("pause", () => { sample(); label(); ledger.flush(); });
    film.addEventListener("ended", () => { reach(film.duration); label(); ledger.flush(); });
    film.addEventListener("seeking", () => { last = null; });
    film.addEventListener("seeked", () => { land(film.currentTime); mark(); });
    film.addEventListener("ratechange", () => { if (film.playbackRate > speed) film.playbackRate = 1; });
    film.addEventListener("error", () => warn(words.broken), true);
    film.querySelector("source").addEventListener("error", () => warn(words.broken));
    document.addEventListener("visibilitychange", () => { sample(); hidden = document.hidden; if (hidden) ledger.flush(); });
    window.addEventListener("pagehide", () => sample(), { capture: true });

    let dragging = false;
    const mark = () => {
      const at = Math.min(data.worth, film.currentTime), x = `${(at * 100) / data.worth}%`;
      set("p-at", clock(at));
      if (!dragging) { $("p-seek").value = Math.floor(at); $("p-seek").setAttribute("aria-valuetext", clock(at)); }
      $("p-mark").setAttribute("x1", x);
      $("p-mark").setAttribute("x2", x);
    };
    $("p-seek").addEventListener("input", () => { dragging = true; set("p-at", clock(Number($("p-seek").value))); });
    $("p-seek").addEventListener("change", () => { sample(); film.currentTime = Number($("p-seek").value); dragging = false; });
    const captions = (on) => { const track = film.textTracks[0]; if (track) track.mode = on ? "showing" : "disabled"; $("p-cc").setAttribute("aria-pressed", String(on)); };
    $("p-cc").addEventListener("click", () => captions($("p-cc").getAttribute("aria-pressed") !== "true"));
    captions(true);
    $("p-sound").addEventListener("click", () => { film.muted = !film.muted; $("p-sound").setAttribute("aria-pressed", String(!film.muted)); });
    $("p-full").addEventListener("click", () => { const stage = $("p-stage"); if (document.fullscreenElement) document.exitFullscreen(); else if (stage.requestFullscreen) stage.requestFullscreen(); else if (film.webkitEnterFullscreen) film.webkitEnterFullscreen(); });

    const place = () => { film.currentTime = data.position; land(data.position); mark(); };
    if (film.readyState > 0) place(); else film.addEventListener("loadedmetadata", place, { once: true });
    setInterval(() => { sample(); mark(); if (!film.paused && tooLate()) { halt(); warn(words.late); } }, 250);
    label();
  }

  // ── text ───────────────────────────────────────────────────────────────────────────────────────────────────────────
  if (body) {
    let sign = Date.now(), before = null, resting = false;
    alive = () => { sign = Date.now(); if (resting) { resting = false; warn(""); } };
    for (const type of ["scroll", "pointermove", "pointerdown", "keydown", "wheel", "touchmove"]) window.addEventListener(type, alive, { passive: true });
    halt = () => { before = null; };
    // As long as it takes to read what is on the screen, and never less than the policy's idle time.
    const patience = () => {
      const box = body.getBoundingClientRect(), seen = Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0));
      return Math.max(data.idle, ((data.characters * seen) / Math.max(1, box.height) / data.perMinute) * 60);
    };
    const inView = () => { const box = body.getBoundingClientRect(); return box.bottom > 40 && box.top < innerHeight - 40; };
    sample = () => {
      if (stopped || !ledger.live) { before = null; return; }
      const now = Math.floor(ledger.axis() / 1000), full = credited >= data.worth;
      const there = !document.hidden && inView() && !(asking && $("p-left").value <= 0);
      if (before !== null && now > before && !full) {
        const idle = (Date.now() - sign) / 1000 > patience();
        // A tick that comes much too late was no reading: the machine slept, or the page was put aside.
        if (now - before > 5) { /* neither credited nor refused */ }
        else if (there && !idle) { ledger.add(data.item, before, now, null); paint(); due(); }
        else if (there && idle) { ledger.skip(data.item, before, now, "idle"); if (!resting) { resting = true; warn(words.resting); } }
      }
      before = there ? now : null;
    };
    document.addEventListener("visibilitychange", () => { sample(); if (document.hidden) ledger.flush(); else alive(); });
    window.addEventListener("pagehide", () => sample(), { capture: true });
    setInterval(sample, 1000);
    // Without a line at first the page tries again by itself; another device is taken over by the reader's own press only.
    const begin = async () => { if (!(await ready()) && !stopped && $("p-elsewhere").hidden) setTimeout(begin, 10000); };
    if (credited < data.worth) begin();
  }

  if (ledger.entries.length && !ledger.live) ledger.flush();
  setInterval(() => { if (ledger.live) { ledger.beat(); } }, 1000);
  setInterval(() => { if (ledger.live) ledger.ping(); }, 240000);
  paint();
})();
