// The desk: what is scanned stands in a row at once, and is sent by the queue (queue.js) until it is answered.
const desk = document.getElementById("desk"), words = desk.dataset, form = document.getElementById("scan");
const box = form.elements.typed, found = document.getElementById("found");
const rows = document.getElementById("rows"), strip = document.getElementById("strip");
const MAX_KEPT = 60, DOUBLE_FIRE = 1000;
const heard = document.getElementById("heard");
const state = { actor: words.actor, mode: words.mode, user: form.elements.user_id.value, scans: [] };
const queue = new Queue("desk", state, words, { prepare, request, settle: answered });
const save = () => queue.save();
const waiting = () => queue.waiting();
const rowOf = (key) => rows.querySelector(`[data-key="${key}"]`);

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

// Of a title there are copies, one after the other; a label or card is one thing.
const mayBeLabel = (typed) => isNumbered(typed) || (isCode(typed) && !/^\d{9}[\dx]$/i.test(typed.replace(/-/g, "")));

function enter(scan) {
  const last = state.scans.at(-1);
  const isSame = last && !scan.row && scan.typed && last.typed === scan.typed && last.mode === state.mode;
  if (isSame && (Date.now() - last.at < DOUBLE_FIRE || (last.waits && mayBeLabel(scan.typed)))) return;
  const seen = state.scans.filter((each) => !each.waits).map((each) => each.key);
  const made = { key: newKey(), mode: state.mode, at: Date.now(), waits: true, tries: 0, seen, ...scan };
  const place = scan.row ? state.scans.findIndex((each) => each.key === scan.row) : -1;
  if (place >= 0) state.scans[place] = made;
  else state.scans.push(made);
  show(made);
  save();
  queue.send();
}

// What waits before it may have brought somebody else.
function prepare(scan) {
  if (scan.next) return next(scan);
  scan.user ??= state.user;
  return true;
}

function request(scan) {
  const said = { typed: scan.typed || "", does: scan.does || "", why: scan.why || "", mode: scan.mode, user_id: scan.user, scan_key: scan.key };
  return [form.action, new URLSearchParams(said), "application/json"];
}

function answered(scan, answer) {
  const isOurs = answer.type?.includes("json");
  if (answer.ok && !isOurs) return false;
  const said = isOurs ? JSON.parse(answer.text) : null;
  settle(scan, answer.ok ? said : { problem: said?.problem || words.failed });
  return true;
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
  const row = rowOf(scan.key), told = row.querySelectorAll(".what b, .look, .said, .note");
  heard.textContent = [...told].map((each) => each.textContent).join(" ");
  for (const old of state.scans.filter((each) => !each.waits).slice(0, -MAX_KEPT)) {
    state.scans.splice(state.scans.indexOf(old), 1);
    rowOf(old.key)?.remove();
  }
  save();
  sound(scan.came);
  // What was typed and is nothing can be corrected; a scan replaces it.
  const isUnread = scan.came === "refused" && !row.querySelector(".number") && !isScanned(scan.typed || "");
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
  if (isScanned(why)) {
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
  KeyU: () => rows.querySelector(".row:first-child:not(.past) [data-undo]")?.click(), // what was done last, and no more
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

// What was there before a reload

function restore() {
  const kept = queue.kept();
  if (!kept) return;
  const isReload = performance.getEntriesByType("navigation")[0]?.type === "reload";
  const isOther = kept.actor !== state.actor;
  const hasSignedIn = document.referrer && new URL(document.referrer).pathname === words.login;
  state.scans = kept.scans.filter((scan) => scan.waits || (!isOther && (isReload || location.search)));
  if (isOther) {
    state.scans = state.scans.filter((scan) => !scan.next);
    for (const scan of state.scans) {
      const problem = scan.user === undefined ? words.other : words.failed;
      Object.assign(scan, { waits: false, problem, came: "refused" });
    }
  } else if (waiting()) {
    // What waits is meant for whoever was there. A link that led here names who comes after; the page to sign in names
    // nobody, and who comes from there sees what came of it.
    const comes = state.user;
    state.user = kept.user;
    if (isReload || (hasSignedIn && !comes)) stand(kept.mode);
    else if (comes !== kept.user) {
      const label = (comes ? strip.querySelector("b") : form.querySelector("[data-next]"))?.textContent || "…";
      const what = comes ? { does: `person=${comes}` } : { next: true };
      state.scans.push({ key: newKey(), mode: state.mode, label, waits: true, tries: 0, seen: [], ...what });
    }
  }
  for (const scan of state.scans) show(scan);
  save();
}

// The switch for sound

const wanted = document.getElementById("sound");
wanted.checked = document.cookie.includes("desk-sound=on");
wanted.addEventListener("change", () => {
  // A cookie, which is the computer's, as that of the language is: it is there when somebody else signs in.
  document.cookie = `desk-sound=${wanted.checked ? "on" : "off"}; path=${new URL(form.action).pathname}; max-age=31536000; samesite=lax`;
  sound("done");
  box.focus();
});

addEventListener("focus", () => {
  if (document.activeElement === document.body) box.focus();
});
const handed = new URLSearchParams(location.hash.slice(1)).get("scan"); // what was scanned on another page: focus.js
restore();
stand(state.mode);
box.focus();
if (/^[\w.\/*\]-]+$/.test(handed || "")) enter({ typed: handed, label: handed });
