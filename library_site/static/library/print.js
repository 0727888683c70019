// A button that prints the page is there where it works, and has the focus where nothing else is to be filled in.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
  if (!document.querySelector("[autofocus], [data-focus]")) button.focus();
}
