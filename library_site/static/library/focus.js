// What stands in the box with the focus is selected, so that the next scan replaces it. Where there is a list to read, the
// box takes the focus only if no keyboard comes up over the list.
function takeFocus() {
  const box = document.querySelector("input[autofocus], input[data-focus], button[autofocus]");
  if (box?.hasAttribute("autofocus") || matchMedia("(pointer: fine)").matches) box?.focus({ preventScroll: true });
  if (box === document.activeElement) box?.select?.();
}
takeFocus();

// What is scanned where no box has the focus goes to the desk, and to whoever the page is about: it is not lost, and its
// Enter presses no button.
const PAUSE = 300; // milliseconds; a scanner is faster
const MAY_BE_SCANNED = /^(?=.*\d)(\]\w\w)?[\w.\/*-]{4,34}$/; // cqrs/barcodes.py knows what it is
let scanned = "", last = 0;
addEventListener("keydown", (event) => {
  if (event.key === "Shift") return; // of a capital letter
  const isTyped = event.target.matches("input:not([type=radio], [type=checkbox]), select, textarea");
  if (isTyped || event.timeStamp - last > PAUSE) scanned = "";
  last = event.timeStamp;
  if (isTyped) return;
  if (/^[\w.\/*\]-]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey) scanned += event.key;
  else if (event.key === "Enter" && MAY_BE_SCANNED.test(scanned)) {
    const back = document.querySelector("a[data-desk]"), desk = new URL((back || document.querySelector("a.brand")).href);
    const person = document.querySelector("input[name=user_id]:checked")?.value;
    if (person && !back) desk.searchParams.set("user_id", person);
    desk.hash = `scan=${encodeURIComponent(scanned)}`;
    event.preventDefault();
    location.assign(desk);
  } else scanned = "";
});
