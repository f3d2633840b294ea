// Keyboard, sound and connection of the staff face. Every act is also a link or a button: this only presses it.
//
//   [data-rows] > [data-row]        the list; J and K move. Rows need an id, so that the place survives a live refresh
//   [data-act=open|take|hand|new]   what O/Enter, T, H, N press: in the row, else on the page
//   [data-act=calls]                what C presses: a line of the navigation
//   [data-act=read|opinion|end]     what R, S, E press; A goes to the answer box (#answer textarea)
//   [data-act=search]               what / focuses
//   #keys                           the help, on ?
//   [data-ring="id"]                rings when it appears and every half minute until it goes
//   [data-sound]                    the switch; browsers allow sound only after a first click or key
//   [data-count="3"]                shown before the page's title, without content
//   [data-keep]                     kept while it is typed: told to (event "keep") within two seconds, and when it is left
//   #signed-out, #here              the sign-in is over; where the page asks, and says that somebody types
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };
  const recall = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

  // Rows
  let current = null;
  const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
  const selected = () => $("[data-row][data-on]");
  function select(row, focus = true) {
    rows().forEach((other) => other.removeAttribute("data-on"));
    if (!row) return;
    row.setAttribute("data-on", "");
    current = row.id;
    if (!focus) return;
    ($("[data-act=open]", row) || row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  function move(step) {
    const all = rows();
    const at = all.indexOf(selected());
    select(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)]);
  }
  function press(name) {
    const row = selected();
    const target = (row && $(`[data-act=${name}]`, row)) || $(`[data-act=${name}]:not([data-row] *)`);
    if (target) target.click();
    return Boolean(target);
  }

  // Keys
  const help = () => $("#keys");
  const letters = () => recall("letters") !== "off";
  const typing = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  const acts = {
    j: () => move(1), k: () => move(-1),
    o: () => press("open"), t: () => press("take"), h: () => press("hand"), n: () => press("new"), c: () => press("calls"),
    r: () => press("read"), s: () => press("opinion"), e: () => press("end"),
    a: () => $("#answer textarea")?.focus(),
    "/": () => { const box = $("[data-act=search]"); if (box) { box.focus(); box.select?.(); } },
    "?": () => help()?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !"jk".includes(event.key)) return;
    if (typing(event.target)) { if (event.key === "Escape") event.target.blur(); return; }
    if ($("dialog[open]")) return;
    if (event.key === "Enter" && event.target.matches("[data-row]")) { event.preventDefault(); press("open"); return; }
    // With a Khmer keyboard the letter differs; the key's place does not.
    const key = event.key.length === 1 && /[a-z/?]/i.test(event.key) ? event.key.toLowerCase()
      : /^Key[JKOTHNCRSEA]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
    const act = acts[key];
    if (!act || !letters() && key !== "?") return;
    event.preventDefault();
    act();
  });
  document.addEventListener("focusin", (event) => { const row = event.target.closest("[data-row]"); if (row) select(row, false); });

  // Sound
  let audio = null;
  const seen = new Set();
  const wanted = () => recall("sound") === "on";
  function show() {
    const state = !wanted() ? "off" : audio?.state === "running" ? "on" : "wait";
    document.querySelectorAll("[data-sound]").forEach((button) => {
      button.dataset.sound = state;
      button.setAttribute("aria-pressed", String(wanted()));
    });
  }
  async function wake() {
    if (wanted()) {
      audio ||= new AudioContext();
      if (audio.state !== "running") await audio.resume().catch(() => {});
    }
    show();
  }
  function play() {
    if (!wanted() || audio?.state !== "running") return;
    [660, 880, 660].forEach((pitch, index) => {
      const start = audio.currentTime + index * 0.22;
      const tone = audio.createOscillator();
      const level = audio.createGain();
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0.0001, start);
      level.gain.exponentialRampToValueAtTime(0.3, start + 0.02);
      level.gain.exponentialRampToValueAtTime(0.0001, start + 0.2);
      tone.connect(level).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.21);
    });
  }
  function ring() {
    const now = new Set([...document.querySelectorAll("[data-ring]")].map((element) => element.dataset.ring));
    const fresh = [...now].some((id) => !seen.has(id));
    seen.clear();
    now.forEach((id) => seen.add(id));
    if (fresh) play();
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-sound]")) return;
    remember("sound", wanted() ? "off" : "on");
    wake().then(play);
  });
  ["pointerdown", "keydown"].forEach((name) => document.addEventListener(name, () => { if (audio?.state !== "running") wake(); }));
  setInterval(() => { if (seen.size) play(); }, 30000);

  // Title
  const title = document.title;
  function count() {
    const number = Number($("[data-count]")?.dataset.count || 0);
    document.title = number ? `(${number}) ${title}` : title;
  }

  // Connection
  const line = (down) => { const notice = $("#offline"); if (notice) notice.hidden = !down; };
  addEventListener("offline", () => line(true));
  addEventListener("online", () => line(false));
  document.addEventListener("htmx:sendError", () => line(true));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) signedOut(true);
    else line(true); // an error: what the page shows is old
  });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) { line(false); signedOut(false); } });

  // Session: over after a while, or ended elsewhere. The page stays, nothing typed is sent or lost; it goes on after signing in.
  let over = false;
  function signedOut(now) {
    if (now === over) return;
    over = now;
    const notice = $("#signed-out");
    if (notice) notice.hidden = !now;
    if (now) notice?.scrollIntoView({ block: "nearest" });
    else renewTokens();
  }
  // Signing in changes the token of forms; ours are as old as the page. The cookie is CSRF_COOKIE_NAME of settings.py.
  function renewTokens() {
    const token = document.cookie.match(/(?:^|; )c=(\w+)/)?.[1];
    if (!token) return;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }
  async function ask() { // asking is no act: it keeps no session alive
    const address = $("#here")?.getAttribute("hx-post");
    const answer = address && await fetch(address, { headers: { "HX-Request": "true", "X-Renewal": "yes" } }).catch(() => null);
    if (answer) signedOut(answer.status === 401);
  }
  setInterval(() => { if (over) ask(); }, 5000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { renewTokens(); ask(); } });
  document.addEventListener("submit", (event) => {
    if (!over || event.target.method !== "post") return;
    event.preventDefault();
    $("#signed-out")?.focus();
  }, true);

  // Keeping what is typed. What did not arrive is tried again until it does; nothing is kept in the browser.
  let keeping = 0;
  const keepSoon = (box, wait) => { keeping ||= setTimeout(() => keep(box), wait); };
  function keep(box) {
    clearTimeout(keeping);
    keeping = 0;
    if (document.contains(box)) htmx.trigger(box, "keep");
  }
  document.addEventListener("input", (event) => { const box = event.target.closest("[data-keep]"); if (box) keepSoon(box, 2000); });
  document.addEventListener("focusout", (event) => { const box = event.target.closest("[data-keep]"); if (box && keeping) keep(box); });
  ["htmx:sendError", "htmx:responseError"].forEach((name) => document.addEventListener(name, (event) => {
    const box = event.target.closest?.("[data-keep]");
    if (box) keepSoon(box, 5000);
  }));

  document.addEventListener("htmx:afterSettle", () => {
    if (current && !selected()) select(document.getElementById(current), false);
    ring();
    count();
    show();
  });
  const box = $("[data-letters]");
  if (box) {
    box.checked = letters();
    box.addEventListener("change", () => remember("letters", box.checked ? "on" : "off"));
  }
  $("#errors")?.focus();
  show();
  ring();
  count();
})();
