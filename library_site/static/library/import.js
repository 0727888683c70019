// An import goes on by itself, one step after the other, as long as its page is open; a page that is loaded anew goes on, too.
// A step says where it begins, so that one that is sent again, or from another window, is carried out once.
{
  const RUNNING = "import", AGAIN = [0, 408, 429, 500, 502, 503, 504], PATIENCE = 60000, LONGEST_PAUSE = 15000, BETWEEN = 100; // milliseconds
  const parser = new DOMParser();
  const page = () => document.getElementById("import");
  const step = () => document.querySelector("form[data-step]");
  const passed = (time) => new Promise((go) => setTimeout((wake = go), time));
  let isBusy = false, isPaused = false, wake = () => {};

  function say(text) {
    page().querySelector("[data-line]").textContent = text || "";
  }

  const words = (name) => page().dataset[name];

  async function ask(form) {
    try {
      const sent = { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Requested-With": "queue" } };
      const answer = await fetch(form.action, { ...sent, signal: AbortSignal.timeout(PATIENCE) });
      return { status: answer.status, text: await answer.text() };
    } catch {
      return { status: 0 };
    }
  }

  // What the answer shows, in the place of what is shown; what is no page of an import is shown as it is.
  function show(text) {
    const answer = parser.parseFromString(text, "text/html"), made = answer.getElementById("import");
    if (!made) document.querySelector("main").replaceWith(answer.querySelector("main"));
    else if (!step() || !made.querySelector("form[data-step]")) page().replaceWith(made);
    else showAround(step(), made);
    return Boolean(made);
  }

  // The form stays, so that its buttons keep the focus of who uses keys; all around it is new.
  function showAround(form, made) {
    const next = made.querySelector("form[data-step]"), nodes = [...made.childNodes], place = nodes.indexOf(next);
    for (const box of next.querySelectorAll("input[type=hidden]")) form.elements[box.name].value = box.value;
    for (const old of [...page().childNodes]) if (old !== form) old.remove();
    form.before(...nodes.slice(0, place));
    form.after(...nodes.slice(place + 1));
    form.querySelector("button").textContent = next.querySelector("button").textContent;
  }

  function showWhetherItRuns() {
    const pause = page()?.querySelector("[data-pause]"), button = step()?.querySelector("button");
    if (!pause || !button) return;
    const isLost = [button, document.body].includes(document.activeElement);
    pause.hidden = !isBusy;
    button.hidden = isBusy;
    pause.disabled = isPaused;
    if (isBusy && isLost) pause.focus();
  }

  function signedOut() {
    const link = document.createElement("a");
    link.href = `${words("login")}?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = words("signIn");
    say(words("signedOut") + " ");
    page().querySelector("[data-line]").append(link);
    link.focus();
  }

  async function run() {
    isBusy = true;
    isPaused = false;
    sessionStorage.setItem(RUNNING, page().dataset.key);
    for (const said of document.querySelectorAll("main > .notice")) said.remove(); // it is of before
    page().querySelector("progress")?.removeAttribute("hidden");
    showWhetherItRuns();
    let pause = 1000;
    while (step() && !isPaused) {
      const { status, text } = await ask(step());
      if (status === 401) {
        isBusy = false;
        showWhetherItRuns();
        return signedOut();
      }
      if (status === 403 && !sessionStorage.getItem("import anew")) {
        sessionStorage.setItem("import anew", "1"); // somebody has signed in anew in another window
        return location.reload();
      }
      if (AGAIN.includes(status)) {
        say(words("offline"));
        await passed(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        continue;
      }
      pause = 1000;
      sessionStorage.removeItem("import anew");
      if (!show(text)) break;
      showWhetherItRuns();
      if (step()) await passed(BETWEEN); // whoever lends meanwhile, and looks every tenth of a second, has a turn
    }
    isBusy = false;
    sessionStorage.removeItem(RUNNING);
    showWhetherItRuns();
    const rests = isPaused ? step()?.querySelector("button") : document.querySelector("[data-done]");
    (rests || document.querySelector("main")).focus();
  }

  addEventListener("online", () => wake());
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-step]")) return;
    event.preventDefault();
    if (!isBusy) run();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-pause]")) return;
    isPaused = true;
    wake();
    showWhetherItRuns();
  });
  if (step() && sessionStorage.getItem(RUNNING) === page()?.dataset.key) run();

  // A file that is too large is not sent.
  const isTooLarge = (box) => [...box.files].some((file) => file.size > Number(box.dataset.most));
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches("input[type=file][data-most]")) return;
    const field = box.closest(".field");
    for (const said of field.querySelectorAll("[role=alert], .errorlist")) said.remove();
    field.classList.toggle("in-error", isTooLarge(box));
    box.toggleAttribute("aria-invalid", false);
    if (!isTooLarge(box)) return;
    const alert = document.createElement("div"), list = document.createElement("ul"), said = document.createElement("li");
    alert.setAttribute("role", "alert");
    list.className = "errorlist";
    said.textContent = box.dataset.tooLarge;
    list.append(said);
    alert.append(list);
    box.setAttribute("aria-invalid", "true");
    box.before(alert);
  });
  document.addEventListener("submit", (event) => {
    const box = event.target.querySelector("input[type=file][data-most]");
    if (box && isTooLarge(box)) event.preventDefault();
  });
}
