// Every box that takes scans is as good as the desk's. What a task's page is given goes into the queue, and the next is
// scanned into the same box meanwhile; each answer has its row. A box that looks something up shows one after the other.
{
  const MAX_KEPT = 60, DOUBLE_FIRE = 1000; // milliseconds
  const words = document.getElementById("queued").dataset, rows = document.getElementById("rows");
  const state = { actor: words.actor, scans: [] };
  const queue = new Queue(`boxes ${location.pathname}`, state, words, { prepare: () => true, request, settle, ways: "#line a" });
  const parser = new DOMParser();
  const task = () => document.querySelector("form.task");
  const isQueued = (form) => form.matches("form.task[data-keeps], form.ask:has(.pick, [type=search])");
  let cleared = "", lookedUp = 0, isTurned = false;

  // Forms

  const texts = (root) => [...root.querySelectorAll(".field input:not([type=radio], [type=checkbox], [type=hidden])")];
  const chosenIn = (box) => box.closest(".field").querySelector(".choices label:has(:checked) b")?.textContent;
  const isEmpty = (box) => !box.value.trim() && !chosenIn(box);
  const isNeeded = (box) => box.required || box.matches("[data-required]");
  const given = (form) => JSON.stringify([...new FormData(form)].filter(([name]) => !["page_key", "csrfmiddlewaretoken"].includes(name)));
  const isUntouched = () => task() && given(task()) === cleared;

  // What the page keeps stands there for the next scan; all else goes with the one that it was typed for.
  function clear(form) {
    const kept = form.dataset.keeps.split(" ");
    for (const box of texts(form)) {
      if (kept.includes(box.name.replace(/_q$/, ""))) continue;
      box.value = box.type === "number" ? box.defaultValue : "";
      box.closest(".field").querySelector(".choices")?.replaceChildren();
    }
    for (const box of form.querySelectorAll("[type=checkbox], [type=radio]")) box.checked = box.type === "radio" && box.defaultChecked;
    for (const box of form.querySelectorAll("[type=hidden][name^=was_]")) box.value = "";
    for (const said of form.querySelectorAll(".errorlist, .remedies")) said.remove();
    for (const box of form.querySelectorAll("[aria-invalid]")) box.removeAttribute("aria-invalid");
    for (const field of form.querySelectorAll(".in-error")) field.classList.remove("in-error");
    delete form.dataset.row;
    rest(form);
    (texts(form).find(isEmpty) || form.querySelector("button")).focus();
  }

  function rest(form) {
    cleared = given(form);
  }

  // A form as an answer has it, in the place of ours.
  function put(html, scan = null) {
    const form = parser.parseFromString(html, "text/html").querySelector("form.task");
    task().replaceWith(form);
    if (scan) form.dataset.row = scan.key;
    window.htmx?.process(form);
    rest(form);
    takeFocus();
  }

  // The box that takes what was scanned, if it is not the one where it was scanned: a card is no book, and neither is a
  // title or a reason. Of a number that this library has not made, the library knows what it is on: it stays in a box for
  // things, and goes from one for words to the only such box.
  const CODES = { user: /^2\d{13}$/, book: /^3\d{13}$/, isbn: /^97[89]\d{10}$/ };
  const THING = ".pick:not([data-kind^=author])";
  const WORDS = "[name=title], [name=name], [name=reason], [name=override_reason], .pick[data-kind^=author] input";
  const scanBox = (form) => form.querySelector("[data-asks]") || texts(form).findLast((each) => each.closest(THING));

  function homeOf(code, box) {
    const kind = Object.keys(CODES).find((each) => CODES[each].test(code));
    const pick = (each) => box.form.querySelector(`.pick[data-kind=${each}] input[name$=_q]`);
    const isForNumbers = box.inputMode === "numeric", asks = box.form.querySelector("[data-asks]");
    if (!kind && isCode(box.value) && isScanned(code) && box.matches(WORDS)) {
      const things = [...box.form.querySelectorAll(`${THING} input[name$=_q]`)];
      return things.length === 1 ? things[0] : null;
    }
    if (!kind || (isForNumbers && !(asks && kind === "isbn"))) return box;
    return (kind === "isbn" && asks) || pick(kind === "isbn" ? "book" : kind) || (box.closest(THING) ? box : null);
  }

  // What was scanned before into the box for it, and not sent yet, goes first: it has its row. What was typed since an
  // answer is not thrown away.
  function moveHome(code, box, home) {
    const form = box.form, last = scanBox(form);
    box.value = box.defaultValue;
    if (!home || !isQueued(form) || (form.dataset.row && !isUntouched())) {
      queue.say(words.noText);
      return sound("refused", true);
    }
    if (box !== last && !form.dataset.row && !isEmpty(last)) send(form);
    else if (box !== last) clear(form);
    home.value = code;
    home.closest(".field").querySelector(".choices")?.replaceChildren();
    const empty = nextEmpty(form);
    if (empty && !home.matches("[data-asks]")) empty.focus();
    else form.requestSubmit();
  }

  const nextEmpty = (form) => texts(form).find((each) => isNeeded(each) && isEmpty(each));

  // Enter goes on to what is still empty; in an empty box it is a scanner's second one.
  document.addEventListener("keydown", (event) => {
    const box = event.target, form = box.form;
    if (event.key !== "Enter" || event.isComposing || !form?.matches("form.task") || !texts(form).includes(box)) return;
    const code = codeOf(box.value), home = homeOf(code, box), empty = nextEmpty(form);
    if (home === box && (!empty || (box.value && box.matches("[data-asks]")))) return; // the library is asked first
    event.preventDefault();
    if (home === box) empty.focus();
    else moveHome(code, box, home);
  });

  // Rows

  const nameOf = (label) => (isCode(label) && !isNumbered(label) ? label.trim() : numberOf(label).replace(/\D.*/, ""));

  function show(scan) {
    const row = element("li", scan.waits ? "row waiting" : `row ${scan.came}`, "");
    row.dataset.key = scan.key;
    const isNamed = !scan.waits && scan.came === "done"; // by the sentence that says so
    row.append(element("p", isNamed ? "number" : "what", isNamed ? nameOf(scan.label) : scan.label));
    for (const text of scan.look || []) row.append(element("p", "look", text));
    row.append(element("p", "said", scan.waits ? words.waiting : scan.said));
    const options = element("div", "options", "");
    if (scan.form) options.append(element("button", "", scan.button || words.takeUp));
    for (const [text, url] of scan.links || []) {
      options.append(element("a", "", text));
      options.lastChild.href = url;
    }
    if (options.children.length) row.append(options);
    const old = rows.querySelector(`[data-key="${scan.key}"]`) || rows.querySelector(`[data-key="${scan.row}"]`);
    if (old) old.replaceWith(row);
    else rows.prepend(row);
  }

  rows.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const scan = button && state.scans.find((each) => each.key === button.closest(".row").dataset.key);
    if (!scan) return;
    put(scan.form, scan);
    if (scan.button) task().requestSubmit();
  });

  // The queue

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form.task, form.ask")) return;
    if (!isQueued(form)) return form.matches("form.task") && takeNoMore(form);
    event.preventDefault();
    if (form.matches("form.ask")) lookUp(form);
    else send(form);
  });

  function send(form) {
    const sent = given(form), last = state.scans.at(-1), isSoon = last && Date.now() - last.at < DOUBLE_FIRE;
    const box = scanBox(form), goesOn = form.dataset.row && (!box || box.value === box.defaultValue);
    if (isSoon && (sent === last.given || (isUntouched() && !goesOn))) return; // a scanner or a mouse that fires twice
    for (const notice of document.querySelectorAll("main > .notice, main > .next")) notice.remove();
    const what = [box, ...texts(form)].map((each) => each && (each.value || chosenIn(each))).find(Boolean);
    enter({ given: sent, row: goesOn ? form.dataset.row : undefined, label: what || form.querySelector("button").textContent });
    clear(form);
  }

  function lookUp(form) {
    const box = texts(form).find((each) => each.closest(".pick") || each.type === "search");
    if (!box.value && Date.now() - lookedUp < DOUBLE_FIRE) return;
    lookedUp = Date.now();
    enter({ label: box.value, get: `${location.pathname}?${new URLSearchParams(new FormData(form))}` });
    box.value = "";
  }

  function enter(what) {
    const scan = { key: newKey(), at: Date.now(), waits: true, tries: 0, ...what };
    const place = scan.row ? state.scans.findIndex((each) => each.key === scan.row) : -1;
    if (place >= 0) state.scans[place] = scan;
    else state.scans.push(scan);
    if (!scan.get) show(scan);
    queue.save();
    queue.send();
  }

  function request(scan) {
    if (scan.get) return [scan.get, null, "text/html"];
    return [location.pathname, new URLSearchParams([...JSON.parse(scan.given), ["page_key", scan.key]]), "text/html"];
  }

  function settle(scan, answer) {
    const page = parser.parseFromString(answer.text, "text/html");
    if (scan.get) return turnTo(scan, answer, page);
    const form = page.querySelector("form.task"), isAnswer = [200, 422].includes(answer.status) && form;
    if (answer.ok && !isAnswer) return false; // of somebody on the way
    Object.assign(scan, { waits: false, ...(isAnswer ? told(page, answer.ok) : { came: "refused", said: words.failed }) });
    if (!answer.ok && isAnswer) scan.form = form.outerHTML;
    if (scan.came === "choose") {
      scan.label = [form.querySelector(".choices label:has([checked]) b")?.textContent, scan.label].filter(Boolean).join(" · ");
      if (!nextEmpty(form)) scan.button = form.querySelector("button").textContent;
    }
    show(scan);
    const beside = page.getElementById("beside");
    if (answer.ok && beside) document.getElementById("beside").replaceWith(beside);
    const isLast = !queue.waiting() && isUntouched() && isAnswer;
    if (isLast) put(form.outerHTML, answer.ok ? null : scan);
    for (const old of state.scans.filter((each) => !each.waits).slice(0, -MAX_KEPT)) {
      state.scans.splice(state.scans.indexOf(old), 1);
      rows.querySelector(`[data-key="${old.key}"]`)?.remove();
    }
    queue.save();
    sound(scan.came);
    return true;
  }

  // What a page says of what was sent to it.
  function told(page, isDone) {
    const all = (selector) => [...page.querySelectorAll(selector)];
    const look = all("main > .notice.look").map((each) => each.textContent);
    const errors = all(".errorlist li, main .notice.error").map((each) => each.textContent);
    const said = [...errors, ...all("main > .notice:not(.look, .error)").map((each) => each.textContent)].join(" ") || page.querySelector("form.task legend")?.textContent;
    const links = all(isDone ? "main > .next a" : "form.task .remedies a").map((each) => [each.textContent, each.getAttribute("href")]);
    const came = errors.length ? "refused" : !isDone ? "choose" : look.length ? "look" : "done";
    return { came, look, said, links };
  }

  // The page of what was looked up, in the place of this one; what was typed since is typed there.
  function turnTo(scan, answer, page) {
    state.scans.splice(state.scans.indexOf(scan), 1);
    queue.save();
    const main = page.querySelector("main"), known = [...document.scripts].map((each) => each.src);
    const lacks = [...page.querySelectorAll("script[src]")].some((each) => !known.includes(new URL(each.getAttribute("src"), location).href));
    if (![200, 422].includes(answer.status) || !main || lacks) {
      location.assign(answer.url || scan.get);
      return true;
    }
    const isBox = document.activeElement?.matches("input:not([type=radio], [type=checkbox])");
    const typed = isBox ? document.activeElement.value : "";
    document.querySelector("main").replaceWith(main);
    document.title = page.title;
    if (!isTurned) addEventListener("popstate", () => location.hash || location.reload());
    isTurned = true;
    history.pushState(null, "", answer.url);
    window.htmx?.process(main);
    takeFocus();
    if (typed) document.activeElement.value = typed;
    return true;
  }

  // A page that leads elsewhere takes one scan, and says aloud that it takes no second one.
  function takeNoMore(form) {
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") return location.reload(); // it was stopped
      if (event.ctrlKey || event.metaKey || (event.key.length > 1 && event.key !== "Enter")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      queue.say(words.oneAtATime);
      if (event.key === "Enter") sound("refused", true);
    }, true);
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  // Where a task has answered, what is scanned is for its box, wherever the focus is.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length > 1 || event.key === " " || !rows.children.length) return;
    if (event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea")) return;
    const box = task() ? scanBox(task()) : texts(document).find((each) => each.closest(".pick") || each.type === "search");
    box?.focus();
    box?.select();
  }, true);

  const kept = queue.kept();
  if (kept && task()) {
    const isReload = performance.getEntriesByType("navigation")[0]?.type === "reload";
    const isOther = kept.actor !== state.actor;
    state.scans = kept.scans.filter((scan) => !scan.get && (scan.waits || (isReload && !isOther)));
    const not = { waits: false, came: "refused", said: words.other };
    if (isOther) for (const scan of state.scans) Object.assign(scan, not);
    for (const scan of state.scans) show(scan);
    queue.save();
  }
  if (task()) rest(task());
}
