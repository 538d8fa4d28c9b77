// What was played, kept on this machine until the platform has written it down; the session on this device; the sending.
// One instance a page. Everything sent twice is harmless: the ledger counts each second once.
(() => {
  "use strict";
  const HOT = "/hot/", EVERY = 15000, SLOWEST = 30000, DEAD = 4000, SPANS = 40, PACK = 40;
  const tab = (() => { let id = sessionStorage.getItem("yx-tab"); if (!id) { id = hex(8); sessionStorage.setItem("yx-tab", id); } return id; })();

  function hex(bytes) { return [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, "0")).join(""); }
  // crypto.randomUUID asks for TLS; a school's intranet may have none.
  function uuid() { const h = hex(16); return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20)}`; }
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  // A full or forbidden storage must not stop the player: then only this page remembers.
  const write = (key, value) => { try { if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, JSON.stringify(value)); } catch { /* kept in memory */ } };

  class Ledger extends EventTarget {
    constructor(data) {
      super();
      this.data = data;
      this.key = `yx-learning-${data.person}`;
      this.own = `${this.key}-${tab}`;
      this.session = null;
      this.anchored = false;
      this.answers = 0;
      this.since = 0;
      this.entries = [];
      this.flying = [];
      this.open_ = null;
      this.pause = 2000;
      this.lostAt = null;
      this.adopt();
      setInterval(() => this.flush(), EVERY);
      window.addEventListener("online", () => { this.pause = 2000; this.flush(); });
      window.addEventListener("pagehide", () => { this.save(); this.last(); });
    }

    // ── what an earlier page left ─────────────────────────────────────────────────────────────────────────────────────
    adopt() {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(this.key + "-")) continue;
        const left = read(name);
        if (name !== this.own && left && Date.now() - left.beat < DEAD) continue;
        for (const entry of (left && left.entries) || []) this.entries.push(entry);
        if (name !== this.own) write(name, null);
      }
      const shared = read(this.key);
      if (shared && shared.enrolment === this.data.enrolment && (shared.tab === tab || Date.now() - shared.beat > DEAD)) {
        this.session = shared.session;
        this.anchor_ = { at: shared.at, perf: performance.now() - (Date.now() - shared.wall), wall: shared.wall };
        this.answers = shared.answers;
        this.since = shared.since;
      }
      this.busyHere = Boolean(shared && shared.tab !== tab && Date.now() - shared.beat <= DEAD);
      this.save();
    }

    save() {
      const entries = this.flying.concat(this.entries);
      write(this.own, entries.length ? { beat: Date.now(), entries } : null);
    }

    beat() {
      if (!this.session || !this.anchored) return;
      write(this.key, { session: this.session, enrolment: this.data.enrolment, tab, beat: Date.now(), at: this.axis(), wall: Date.now(), answers: this.answers, since: this.since });
      if (this.entries.length || this.flying.length) this.save();
    }

    // ── the session and its clock ─────────────────────────────────────────────────────────────────────────────────────
    anchor(at) { this.anchor_ = { at, perf: performance.now(), wall: Date.now() }; this.anchored = true; }

    // Milliseconds since the session began, by the platform. A machine that slept has a wall clock that went on and a counter that may not have.
    axis() {
      if (!this.anchor_) return 0;
      const counted = performance.now() - this.anchor_.perf, wall = Date.now() - this.anchor_.wall;
      return Math.max(0, Math.round(this.anchor_.at + (wall - counted > 2000 && wall < 86400000 ? wall : counted)));
    }

    get live() { return Boolean(this.session && this.anchored); }

    // Goes on with the session of this browser, else starts one. Answers "ok", "elsewhere", "over", "not_open", "refused" or "lost".
    async begin(takeOver = false) {
      if (this.busyHere && !takeOver) return "elsewhere";
      let fresh = takeOver || !this.session;
      for (let tries = 0; tries < 2; tries += 1) {
        const session = fresh ? uuid() : this.session;
        const reply = await this.post("session", { enrolment: this.data.enrolment, session, take_over: takeOver });
        if (!reply) return this.session && this.anchor_ ? (this.anchored = true, "ok") : "lost";
        const usable = reply.ok && reply.session === "live";
        if (!usable && !fresh) { fresh = true; continue; }
        if (!usable) return { elsewhere: "elsewhere", learning_over: "over", learning_not_open: "not_open" }[(reply.reasons || [])[0]] || "refused";
        this.session = session;
        this.busyHere = false;
        this.anchor(reply.at);
        this.answers = reply.answers;
        this.since = reply.since;
        this.ask = reply.ask;
        this.open_ = null;
        this.beat();
        return "ok";
      }
      return "refused";
    }

    // ── what was played ───────────────────────────────────────────────────────────────────────────────────────────────
    entry(item) {
      const now = this.open_;
      if (now && now.item === item && now.session === this.session && now.answers === this.answers && now.spans.length + now.skipped.length < SPANS) return now;
      this.open_ = { session: this.session, item, answers: this.answers, spans: [], skipped: [], tries: 0 };
      this.entries.push(this.open_);
      return this.open_;
    }

    add(item, from, to, at) {
      const entry = this.entry(item), last = entry.spans[entry.spans.length - 1];
      const seconds = to - from;
      // A pause between two stretches keeps them apart: each says when it was played.
      if (last && last[1] === from && (at === null ? last[2] === undefined : Math.abs(last[2] + seconds * 1000 - at) < 1500)) { last[1] = to; if (at !== null) last[2] = Math.round(at); }
      else entry.spans.push(at === null ? [from, to] : [from, to, Math.round(at)]);
      this.beat();
    }

    skip(item, from, to, code) {
      const entry = this.entry(item), last = entry.skipped[entry.skipped.length - 1];
      if (last && last[1] === from && last[2] === code) last[1] = to; else entry.skipped.push([from, to, code]);
      this.beat();
    }

    answered() {
      this.answers += 1;
      this.since = 0;
      this.ask = false;
      this.open_ = null;
      this.entries.push({ session: this.session, answers: this.answers, spans: [], skipped: [], tries: 0 });
      this.beat();
      this.flush();
    }

    unsent(item) { return this.flying.concat(this.entries).filter((e) => item === undefined || e.item === item); }

    // Seconds since the last answered check, those not written down yet included.
    sinceNow() {
      return this.since + this.unsent().filter((e) => e.session === this.session && e.answers === this.answers).reduce((n, e) => n + e.spans.reduce((m, s) => m + s[1] - s[0], 0), 0);
    }

    // ── sending ───────────────────────────────────────────────────────────────────────────────────────────────────────
    wire(entry) {
      const report = { session: entry.session, answers: entry.answers };
      if (entry.item !== undefined) Object.assign(report, { item: entry.item, spans: entry.spans, skipped: entry.skipped });
      if (entry.item === this.data.item && this.position !== undefined) report.position = this.position;
      return report;
    }

    async flush() {
      if (this.sending) { this.more = true; return; }
      if (!this.entries.length) return;
      this.sending = true;
      this.more = false;
      this.flying = this.entries.splice(0, this.single ? 1 : PACK);
      this.open_ = null;
      this.save();
      const reply = await this.post("report", { reports: this.flying.map((entry) => this.wire(entry)) });
      const flown = this.flying;
      this.flying = [];
      this.sending = false;
      if (reply && reply.refused400) {
        // One bad entry must not hold up the others: send them singly, and let go of the one that is refused alone.
        if (flown.length > 1) { this.single = true; this.entries = flown.concat(this.entries); } else { this.single = false; }
        this.save();
        this.flush();
        return;
      }
      if (!reply) {
        this.entries = flown.concat(this.entries);
        this.save();
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.flush(), this.pause);
        this.pause = Math.min(this.pause * 2, SLOWEST);
        this.say("waiting");
        return;
      }
      this.pause = 2000;
      this.single = false;
      flown.forEach((entry, n) => this.settle(entry, reply.answers[n]));
      this.save();
      this.beat();
      this.say("saved");
      if (this.more || this.entries.some((e) => e !== this.open_)) this.flush();
    }

    settle(entry, answer) {
      if (entry.session === this.session) {
        if (answer.session === "live") {
          if (answer.answers >= this.answers) { this.answers = answer.answers; this.since = answer.since; this.ask = answer.ask; }
          this.anchor(answer.at);
        } else { this.anchored = false; this.session = null; this.dispatchEvent(new CustomEvent("gone", { detail: answer.session })); }
      }
      // The machine's clock may run a little faster than ours: what came a moment too early comes again.
      const early = answer.refused.filter((r) => r[2] === "too_fast");
      if (early.length && answer.session === "live" && entry.spans[0] && entry.spans[0].length === 3 && entry.tries < 3) {
        this.entries.push({ ...entry, spans: early.map((r) => [r[0], r[1], this.axis()]), skipped: [], tries: entry.tries + 1 });
      }
      this.dispatchEvent(new CustomEvent("settled", { detail: { entry, answer } }));
    }

    // The page goes: a request that outlives it. Its answer nobody reads; the next page sends the same again.
    last() {
      const entries = this.flying.concat(this.entries).slice(-20);
      if (entries.length) fetch(HOT + "report", { method: "POST", keepalive: true, headers: { "Content-Type": "application/json", "X-Yx": "1" }, body: JSON.stringify({ reports: entries.map((e) => this.wire(e)) }) }).catch(() => {});
    }

    async post(path, body, again = true) {
      let response;
      try {
        response = await fetch(HOT + path, { method: "POST", headers: { "Content-Type": "application/json", "X-Yx": "1" }, body: JSON.stringify(body), signal: AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined });
      } catch { return this.lost(); }
      if (response.status === 401 && again) return (await this.ping()) ? this.post(path, body, false) : null;
      if (response.status === 400 || response.status === 413) return { refused400: true };
      if (!response.ok) return this.lost();
      try { const reply = await response.json(); this.lostAt = null; return reply; } catch { return this.lost(); }
    }

    lost() { if (this.lostAt === null) this.lostAt = Date.now(); return null; }

    // The sign-in's claim lasts ten minutes; a page renews it, and a film is longer than that.
    async ping() {
      try {
        const response = await fetch(this.data.ping, { redirect: "manual", headers: { "X-Yx": "1" } });
        if (response.ok) return true;
        if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) this.say("session");
      } catch { this.lost(); }
      return false;
    }

    say(state) { this.dispatchEvent(new CustomEvent("state", { detail: state })); }
  }

  window.YxLedger = Ledger;
})();
