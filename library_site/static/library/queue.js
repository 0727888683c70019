// What is scanned waits in its order and is sent one at a time, each scan with a key of its own, and again after a lost
// connection, a reload or a new sign-in, until it is answered. Pages say how a scan is sent, and what its answer means.
const AGAIN = [0, 408, 429, 502, 503, 504];

function newKey() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// What a scanner has read, without what its dialect puts around it: cqrs/barcodes.py knows them all.
const numberOf = (typed) => typed.replace(/^\][a-z]\w|[\s*a-d]/gi, "");

// What may be the barcode of a book or card, whoever has made it: cqrs/barcodes.py has the rule. What has five digits was
// scanned, and is no word.
const isCode = (typed) => /^(?=\D*\d)(?!97[89]\d{10}$)[\da-z.\/-]{4,32}$/i.test(typed.trim());
const isScanned = (typed) => /^\d[\d\s-]{8,}x?$/i.test(numberOf(typed)) || (isCode(typed) && typed.replace(/\D/g, "").length >= 5);
const isNumbered = (typed) => /^\d{14}$/.test(numberOf(typed));
const codeOf = (typed) => (isCode(typed) && !isNumbered(typed) ? typed.trim() : numberOf(typed));

function element(name, kind, text) {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
}

class Queue {
  patience = 30000; // milliseconds, as all that follow
  longestPause = 15000;
  tries = 3;
  isBusy = false;
  isLeaving = false;
  isOver = false; // nobody is signed in any more: account.js
  wake = () => {};

  // `state` is kept as `name` until the window is closed: its `actor`, and its `scans`. A page can `prepare` a scan
  // (false: there is nothing to send), gives its `request` (the URL, the body, what is accepted) and is told to `settle`
  // an answer (false: it is none).
  constructor(name, state, words, page) {
    Object.assign(this, { name, state, words, page });
    account.queue = this;
    addEventListener("online", () => this.wake());
    addEventListener("pageshow", () => {
      this.isLeaving = false;
      this.send();
    });
    addEventListener("focus", () => this.send());
    // Links of ours lead back here, where what waits goes on; a window that is closed takes it along.
    document.addEventListener("click", (event) => {
      const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // in a window of its own
      if (!event.defaultPrevented && !isElsewhere && event.target.closest(this.page.ways || "a")) this.isLeaving = true;
    });
    addEventListener("beforeunload", (event) => {
      if (this.waiting() && !this.isLeaving) event.preventDefault();
    });
  }

  waiting() {
    return this.state.scans.find((scan) => scan.waits);
  }

  save() {
    if (!this.isOver) sessionStorage.setItem(this.name, JSON.stringify(this.state));
  }

  // What was kept; null, if nothing was.
  kept() {
    try {
      return JSON.parse(sessionStorage.getItem(this.name));
    } catch {
      return null;
    }
  }

  // Until nothing waits any more, or nobody is signed in.
  send() {
    if (!this.isBusy) this.sent = this.sendAll();
    return this.sent;
  }

  async sendAll() {
    this.isBusy = true;
    try {
      let pause = 1000;
      for (let scan; (scan = this.waiting()); ) {
        if (!this.page.prepare(scan)) continue;
        this.save();
        const answer = await this.ask(scan), { status } = answer;
        if (status === 401) return this.say(this.words.signedOut, true);
        if (status === 403 && !scan.isRenewed) {
          // Somebody has signed in anew in another window: the page anew knows who, and whether the scan is still theirs.
          scan.isRenewed = this.isLeaving = true;
          this.save();
          return location.reload();
        }
        const isLost = AGAIN.includes(status) || (status >= 500 && ++scan.tries < this.tries);
        if (isLost || !this.page.settle(scan, answer)) {
          this.say(this.words.offline);
          await new Promise((go) => setTimeout((this.wake = go), pause));
          pause = Math.min(2 * pause, this.longestPause);
          continue;
        }
        pause = 1000;
        this.say("");
      }
    } finally {
      this.isBusy = false;
    }
  }

  async ask(scan) {
    const [url, body, accepted] = this.page.request(scan), headers = { Accept: accepted, "X-Requested-With": "queue" };
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const sent = body ? { method: "POST", body, headers: { ...headers, "X-CSRFToken": token } } : { headers };
    try {
      const answer = await fetch(url, { ...sent, signal: AbortSignal.timeout(this.patience) });
      // Without any cookie left, a scan is forbidden before anybody asks who sends it.
      const isSignedOut = answer.status === 403 && (await fetch(url, { headers })).status === 401;
      const { ok, status, headers: said } = answer;
      return { ok, status: isSignedOut ? 401 : status, url: answer.url, type: said.get("Content-Type"), text: await answer.text() };
    } catch {
      return { status: 0 };
    }
  }

  say(text, isSignedOut = false) {
    const line = document.getElementById("line");
    line.textContent = text;
    if (!isSignedOut) return;
    const made = element("a", "", this.words.signIn);
    made.href = `${this.words.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
    line.append(" ", made);
  }
}

// Sound, for who wants it: the switch is on the desk.

const TONES = { done: [880], person: [660], look: [660, 990, 660], refused: [220, 220], choose: [440] };
let audio;
function sound(kind, always = false) {
  if (!always && !document.cookie.includes("desk-sound=on")) return;
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
