// The desk without waiting: what is scanned stands in a row at once, is sent in its order, one at a time, each with a key
// of its own, and again after a lost connection or a reload until it is answered.
const desk = document.getElementById("desk"), words = desk.dataset, form = document.getElementById("scan");
const box = form.elements.typed, found = document.getElementById("found"), line = document.getElementById("line");
const rows = document.getElementById("rows"), strip = document.getElementById("strip");
const KEPT = "desk", MAX_KEPT = 60, PATIENCE = 30000, TRIES = 3, LONGEST_PAUSE = 15000, DOUBLE_FIRE = 1000;
const AGAIN = [0, 408, 429, 502, 503, 504];
const heard = document.getElementById("heard");
let busy = false, isLeaving = false, wake = () => {};
let state = { actor: words.actor, mode: words.mode, user: form.elements.user_id.value, scans: [] };

const save = () => sessionStorage.setItem(KEPT, JSON.stringify(state));
const waiting = () => state.scans.find((scan) => scan.waits);
const rowOf = (key) => rows.querySelector(`[data-key="${key}"]`);

function newKey() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// What a scanner has read, without what its dialect puts around it: cqrs/barcodes.py knows them all.
const numberOf = (typed) => typed.replace(/^\][a-z]\w|[\s*a-d]/gi, "");

function element(name, kind, text) {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
}

// Rows

function show(scan) {
  const row = element("li", scan.waits ? "row waiting" : "row refused", "");
  row.dataset.key = scan.key;
  row.append(element("p", "what", ""), element("p", "said", scan.waits ? words.waiting : scan.problem));
  row.firstChild.append(element("b", "", scan.label));
  const holder = document.createElement("ol");
  holder.innerHTML = scan.html || "";
  const made = holder.firstElementChild || row;
  const old = rowOf(scan.row || scan.key) || rowOf(scan.key);
  if (old) {
    if (scan.waits) made.style.minHeight = `${old.offsetHeight}px`;
    old.replaceWith(made);
  } else rows.prepend(made);
  made.classList.toggle("past", Boolean(scan.isPast));
  // What was offered to whoever was there before is offered no more: not by a key, and desk.css hides it.
  const keyed = [...rows.children].find((each) => each.matches(".person, :not(.past):has([data-option])"));
  for (const each of rows.children) each.classList.toggle("keyed", each === keyed);
}

function say(text, link) {
  line.textContent = text;
  if (link) {
    const made = element("a", "", words.signIn);
    made.href = `${words.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
    line.append(" ", made);
  }
}

// The address is that of the desk as it stands, for a reload and for who signs in anew.
function address() {
  const where = state.user ? { mode: state.mode, user_id: state.user } : { mode: state.mode };
  history.replaceState(null, "", `?${new URLSearchParams(where)}`);
}

function stand(mode) {
  state.mode = desk.className = form.elements.mode.value = mode;
  for (const link of form.querySelectorAll("[data-mode]")) {
    if (link.dataset.mode === mode) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  address();
  save();
}

function nobody() {
  state.user = form.elements.user_id.value = "";
  strip.innerHTML = document.getElementById("nobody").innerHTML;
  address();
}

// Somebody else comes, by a card or by the key: what was answered before that goes, and what went well. What nobody can
// have seen yet stays, with no more to be done about it.
function clearBefore(mark) {
  const at = state.scans.indexOf(mark);
  state.scans = state.scans.filter((scan, place) => {
    if (place >= at) return true;
    const isOver = mark.seen.includes(scan.key) || /^(done|person)/.test(scan.came);
    scan.isPast = true;
    if (isOver) rowOf(scan.key)?.remove();
    else rowOf(scan.key)?.classList.add("past");
    return !isOver;
  });
  for (const row of [...rows.children]) if (!state.scans.some((scan) => scan.key === row.dataset.key)) row.remove();
}

function next(mark) {
  clearBefore(mark);
  state.scans.splice(state.scans.indexOf(mark), 1);
  rowOf(mark.key)?.remove();
  nobody();
  save();
}

// The queue

function enter(scan) {
  const last = state.scans.at(-1);
  const isSame = last && !scan.row && scan.typed && last.typed === scan.typed && last.mode === state.mode;
  if (isSame && (Date.now() - last.at < DOUBLE_FIRE || (last.waits && /^\d{14}$/.test(numberOf(scan.typed))))) return;
  const seen = state.scans.filter((each) => !each.waits).map((each) => each.key);
  const made = { key: newKey(), mode: state.mode, at: Date.now(), waits: true, tries: 0, seen, ...scan };
  const place = scan.row ? state.scans.findIndex((each) => each.key === scan.row) : -1;
  if (place >= 0) state.scans[place] = made;
  else state.scans.push(made);
  show(made);
  save();
  send();
}

async function send() {
  if (busy) return;
  busy = true;
  try {
    let pause = 1000;
    for (let scan; (scan = waiting()); ) {
      if (scan.next) {
        next(scan);
        continue;
      }
      scan.user ??= state.user;
      save();
      const [status, answer] = await ask(scan);
      if (status === 401) return say(words.signedOut, true);
      if (status === 403 && !scan.isRenewed) {
        // Somebody has signed in anew in another window: the page anew knows who, and whether the scan is still theirs.
        scan.isRenewed = isLeaving = true;
        save();
        return location.reload();
      }
      if (AGAIN.includes(status) || (status >= 500 && ++scan.tries < TRIES)) {
        say(words.offline);
        await new Promise((go) => setTimeout((wake = go), pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        continue;
      }
      pause = 1000;
      say("");
      settle(scan, status === 200 ? answer : { problem: answer?.problem || words.failed });
    }
  } finally {
    busy = false;
  }
}

// Without any cookie left, a scan is forbidden before anybody asks who sends it.
async function isSignedOut() {
  const answer = await fetch(words.find, { headers: { Accept: "application/json" } });
  return answer.status === 401;
}

async function ask(scan) {
  const said = { typed: scan.typed || "", does: scan.does || "", why: scan.why || "", mode: scan.mode, user_id: scan.user, scan_key: scan.key };
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: new URLSearchParams(said),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 403 && (await isSignedOut())) return [401, null];
    const isOurs = answer.headers.get("Content-Type")?.includes("json");
    return [answer.ok && !isOurs ? 0 : answer.status, isOurs ? await answer.json() : null];
  } catch {
    return [0, null];
  }
}

function settle(scan, answer) {
  Object.assign(scan, { waits: false, problem: answer.problem, html: answer.row, came: answer.state || "refused" });
  if (answer.row) {
    if (/^person/.test(scan.came) && answer.user_id !== scan.user) clearBefore(scan);
    state.user = form.elements.user_id.value = answer.user_id || "";
    strip.innerHTML = answer.strip;
    address();
  } else if (!/^3\d{13}$/.test(numberOf(scan.typed || ""))) nobody(); // it may have been a card
  show(scan);
  const row = rowOf(scan.key), told = row.querySelectorAll(".what b, .look, .said");
  heard.textContent = [...told].map((each) => each.textContent).join(" ");
  for (const old of state.scans.filter((each) => !each.waits).slice(0, -MAX_KEPT)) {
    state.scans.splice(state.scans.indexOf(old), 1);
    rowOf(old.key)?.remove();
  }
  save();
  sound(scan.came);
  // What was typed and is nothing can be corrected; a scan replaces it.
  const isUnread = scan.came === "refused" && !row.querySelector(".number") && !/^\d{14}$/.test(numberOf(scan.typed || ""));
  if (isUnread && scan.typed && !box.value && state.scans.at(-1) === scan && document.activeElement === box) {
    box.value = scan.typed;
    box.select();
  }
}

// The box, and what is found while letters are typed

let asked = 0, timer;
function suggest() {
  clearTimeout(timer);
  const q = box.value.trim(), number = ++asked;
  if (q.length < 2 || /^[\d\s-]*x?$/i.test(q)) return found.replaceChildren();
  timer = setTimeout(async () => {
    const url = `${words.find}?${new URLSearchParams({ q, mode: state.mode, user_id: state.user })}`;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok || number !== asked) return;
      found.innerHTML = (await answer.json()).found;
      if (found.children.length) heard.textContent = words.found.replace("{number}", found.children.length);
    } catch {}
  }, 150);
}

function foundNothing() {
  asked++;
  clearTimeout(timer);
  found.replaceChildren();
  box.focus();
}

function emptied() {
  box.value = "";
  foundNothing();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = box.value.trim();
  emptied();
  if (typed) enter({ typed, label: typed });
});
box.addEventListener("input", suggest);
found.addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen) return;
  emptied();
  enter({ does: chosen.value, label: chosen.textContent });
});
rows.addEventListener("submit", (event) => {
  event.preventDefault();
  const row = event.target.closest(".row"), old = state.scans.find((scan) => scan.key === row.dataset.key);
  if (old?.waits) return;
  const why = event.target.elements.why?.value.trim() || "", label = row.querySelector(".what b").textContent;
  emptied();
  if (/^\d[\d\s-]{8,}x?$/i.test(numberOf(why))) {
    event.target.elements.why.value = ""; // a scan is no reason
    return enter({ typed: why, label: why });
  }
  const button = event.target.elements.does, since = state.scans.slice(state.scans.indexOf(old) + 1);
  enter({ does: button.value, why, label, row: row.dataset.key });
  if (!button.matches("[data-goes-on]")) return;
  // Who was there before is there again: what was scanned since, and only looked up, was theirs.
  for (const scan of since) if (scan.typed && (scan.waits || scan.came === "known")) enter({ typed: scan.typed, label: scan.label, row: scan.key });
});

// Keys

function press(number) {
  const option = rows.querySelectorAll(".keyed [data-option]")[number - 1];
  const why = option?.form?.elements.why;
  if (why) why.focus();
  else option?.click();
}

// Until somebody else has come.
function goOn() {
  const first = rows.querySelector(".person, .row:not(.past) [data-goes-on]");
  if (first?.matches("[data-goes-on]")) first.click();
}

const KEYS = {
  KeyL: () => form.querySelector("[data-mode=lend]")?.click(),
  KeyR: () => form.querySelector("[data-mode=return]")?.click(),
  KeyN: () => state.mode === "lend" && form.querySelector("[data-next]").click(),
  KeyW: goOn,
  KeyP: () => strip.querySelector("[data-receipt]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.repeat && event.altKey) return event.preventDefault(); // held for too long, and not meant twice
  if (event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.altKey) {
    const number = /^Digit([1-9])$/.exec(event.code)?.[1], does = number ? () => press(number) : KEYS[event.code];
    if (!does) return;
    event.preventDefault();
    return does();
  }
  const buttons = [...found.children], at = buttons.indexOf(document.activeElement);
  if (buttons.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    (buttons[at + (event.key === "ArrowDown" ? 1 : -1)] || box).focus();
  } else if (event.key === "Escape") {
    foundNothing();
  } else if (event.key.length === 1 && event.key !== " " && !event.target.matches("input:not([type=checkbox])")) {
    box.focus(); // a scanner's digits belong into the box, wherever the focus was
  }
});

form.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-mode], a[data-next]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.dataset.mode) stand(link.dataset.mode);
  else {
    enter({ next: true, label: link.firstChild.textContent });
  }
  emptied();
});

// Sound, for who wants it

const wanted = document.getElementById("sound");
const TONES = { done: [880], person: [660], look: [660, 990, 660], refused: [220, 220], choose: [440] };
let audio;
function sound(kind) {
  if (!wanted.checked) return;
  audio ??= new AudioContext();
  (TONES[kind] || TONES.refused).forEach((pitch, at) => {
    const tone = audio.createOscillator(), loudness = audio.createGain(), start = audio.currentTime + at * 0.18;
    tone.frequency.value = pitch;
    loudness.gain.value = 0.1;
    tone.connect(loudness).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.14);
  });
}
wanted.checked = localStorage.getItem("desk-sound") === "on";
wanted.addEventListener("change", () => {
  localStorage.setItem("desk-sound", wanted.checked ? "on" : "off");
  sound("done");
  box.focus();
});

// What was there before a reload

function restore() {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEPT));
  } catch {}
  if (!kept) return;
  const isReload = performance.getEntriesByType("navigation")[0]?.type === "reload";
  const isOther = kept.actor !== state.actor;
  state.scans = kept.scans.filter((scan) => scan.waits || (!isOther && (isReload || location.search)));
  if (isOther) {
    state.scans = state.scans.filter((scan) => !scan.next);
    for (const scan of state.scans) {
      const problem = scan.user === undefined ? words.other : words.failed;
      Object.assign(scan, { waits: false, problem, came: "refused" });
    }
  } else if (waiting()) {
    // What waits is meant for whoever was there. A link that led here names who comes after.
    const comes = state.user;
    state.user = kept.user;
    if (isReload) stand(kept.mode);
    else if (comes !== kept.user) {
      const label = (comes ? strip.querySelector("b") : form.querySelector("[data-next]"))?.textContent || "…";
      const what = comes ? { does: `person=${comes}` } : { next: true };
      state.scans.push({ key: newKey(), mode: state.mode, label, waits: true, tries: 0, seen: [], ...what });
    }
  }
  for (const scan of state.scans) show(scan);
  save();
}

addEventListener("online", () => wake());
addEventListener("pageshow", () => {
  isLeaving = false;
  send();
});
addEventListener("focus", () => {
  if (document.activeElement === document.body) box.focus();
  send();
});
// Links of ours lead back here, where what waits goes on; a window that is closed takes it along.
document.addEventListener("click", (event) => {
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // in a window of its own
  if (!event.defaultPrevented && !isElsewhere && event.target.closest("a")) isLeaving = true;
});
document.querySelector("form.account").addEventListener("submit", () => {
  isLeaving = true;
  state.scans = state.scans.filter((scan) => scan.waits);
  save();
});
addEventListener("beforeunload", (event) => {
  if (waiting() && !isLeaving) event.preventDefault();
});
const handed = /^#scan=(\w+)$/.exec(location.hash)?.[1]; // what was scanned on another page: focus.js
restore();
stand(state.mode);
box.focus();
if (handed) enter({ typed: handed, label: handed });
