// Who signs out leaves nothing of the library in this browser, neither in this window nor in its others. What was scanned and
// still waits is sent first; what cannot be sent waits in this window for who scanned it, and the page to sign in says so.
"use strict";
const account = { queue: null };
{
  const { login, idle } = document.currentScript.dataset, windows = new BroadcastChannel(login);
  const form = document.querySelector("form.account, #logout-form"), question = document.getElementById("waits");
  const isLogin = location.pathname === login;
  let isSure = false;

  const isScan = (each) => each.waits && !each.next;
  const numberOfScans = (queues) => Object.values(queues).flatMap((state) => state.scans.filter(isScan)).length;

  // What this window keeps of its queues (queue.js), by name, as far as it waits.
  function waiting() {
    const queues = {};
    for (const [name, text] of Object.entries(sessionStorage)) {
      try {
        const state = JSON.parse(text), scans = state.scans.filter((each) => each.waits && !each.get);
        if (scans.length) queues[name] = { ...state, scans };
      } catch {} // it is none
    }
    return queues;
  }

  function forget() {
    const queues = waiting();
    sessionStorage.clear();
    localStorage.clear();
    for (const [name, state] of Object.entries(queues)) sessionStorage.setItem(name, JSON.stringify(state));
  }

  function hide() {
    document.documentElement.hidden = true;
  }

  form?.addEventListener("submit", (event) => {
    const queues = waiting(), { queue } = account;
    if (isSure || !numberOfScans(queues)) return;
    event.preventDefault();
    if (queue && queues[queue.name]) return sendFirst(queue);
    const [[name, state]] = Object.entries(queues), link = question.querySelector("a");
    const desk = `${question.dataset.desk}?${new URLSearchParams({ mode: state.mode, user_id: state.user })}`;
    link.href = name === "desk" ? desk : name.replace("boxes ", "");
    link.hidden = false;
    ask(question.dataset.elsewhere, numberOfScans(queues));
  });

  function ask(text, number) {
    question.querySelector("p").textContent = text.replace("{number}", number);
    question.returnValue = "";
    question.showModal();
  }

  async function sendFirst(queue) {
    const scans = queue.state.scans.filter(isScan);
    ask(question.dataset.here, scans.length);
    queue.wake();
    await queue.send();
    if (!question.open) return;
    question.close();
    if (scans.some((scan) => scan.waits)) return; // the queue says why
    if (scans.every((scan) => /^(done|person|known)/.test(scan.came))) form.requestSubmit();
    else queue.say(question.dataset.look);
  }

  // Where the library does not answer nobody is signed out, whatever the browser shows then.
  question?.addEventListener("close", async () => {
    if (question.returnValue !== "leave") return;
    try {
      await fetch(login, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(5000) });
    } catch {
      return ask(question.dataset.lost);
    }
    isSure = true;
    if (account.queue) account.queue.isLeaving = true;
    form.requestSubmit();
  });

  // A scan goes to its box, and whoever scans stays.
  addEventListener("keydown", (event) => {
    if (question?.open && event.key.length === 1 && event.key !== " ") question.close();
  }, true);

  // Somebody has signed out in another window.
  windows.addEventListener("message", () => {
    if (account.queue) account.queue.isOver = account.queue.isLeaving = true;
    forget();
    if (isLogin) return;
    hide();
    location.replace(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  });

  // What a browser has kept of a page as it was left is not for who comes back to it: the library is asked who that is.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    hide();
    location.reload();
  });

  // Where nobody has done anything for as long as a session lasts, nothing is shown; who comes then is asked for anew. (To
  // ask by itself would be a visit, and the session would not end.) What is typed blindly does nothing, and a scan comes to
  // its end first: the rest of it would be a username.
  const UNTIL_A_SCAN_HAS_ENDED = 300;
  let rest;
  function stay(event) {
    clearTimeout(rest);
    if (document.documentElement.hidden) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (account.queue) account.queue.isLeaving = true;
      rest = setTimeout(() => location.reload(), UNTIL_A_SCAN_HAS_ENDED);
      return;
    }
    rest = setTimeout(hide, Math.min(1000 * idle, 2 ** 31 - 1));
  }
  if (!isLogin && idle) {
    stay();
    for (const deed of ["keydown", "pointerdown"]) addEventListener(deed, stay, true);
  }

  if (isLogin) {
    if (new URLSearchParams(location.search).has("signed_out")) {
      forget();
      windows.postMessage("signed out");
    }
    const kept = document.getElementById("kept"), number = numberOfScans(waiting());
    kept.hidden = !number;
    kept.textContent = kept.dataset.text.replace("{number}", number);
  }
}
