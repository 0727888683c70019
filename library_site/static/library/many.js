// Of a list, all rows of the page are ticked at once. A task on many rows is sent row by row, with a bar that says how far
// it has come; each row is replaced by its answer. Where there is no such answer, the page is sent as a whole.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-all]")) return;
  event.preventDefault();
  for (const box of document.querySelectorAll("input.tick")) box.checked = true;
});

const form = document.querySelector("form[data-many]");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = document.getElementById("said"), bar = form.querySelector("progress"), button = form.querySelector("button");
  const boxes = [...form.querySelectorAll("input[name=row]:checked")];
  Object.assign(bar, { max: boxes.length, value: 0, hidden: false });
  button.disabled = true;
  const answers = (state) => form.querySelectorAll(`tr[data-state=${state}]`).length;
  let text = said.dataset.said;
  for (const box of boxes) {
    const entries = new URLSearchParams(new FormData(form));
    entries.delete("row");
    entries.append("row", box.value);
    let answer;
    try {
      const response = await fetch(form.action, { method: "POST", body: entries });
      answer = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(`row-${box.value}`);
    } catch {
      text = `${said.dataset.broken} ${text}`;
      break;
    }
    if (!answer?.dataset.state) return form.submit();
    box.closest("tr").replaceWith(answer);
    bar.value += 1;
  }
  const refused = answers("refused") + answers("gone");
  said.textContent = text.replace("{done}", answers("done")).replace("{refused}", refused);
  said.className = `notice ${refused || bar.value < bar.max ? "info" : "success"}`;
  said.hidden = false;
  button.disabled = false;
  said.focus();
});
