// Triage mode by keyboard: a number takes or leaves a suggestion, a letter leads to a field, Enter sorts and goes on.
// Without it the sheet is a form like any other, with what is surely right chosen beforehand.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const sheet = () => one("#sheet");
  const press = (name) => one(`.sheet-acts button[name="${name}"]`)?.click();

  const tell = (row) => {
    const button = one(".take", row);
    if (button) button.setAttribute("aria-pressed", String(one("select", row).value === row.dataset.guess));
  };
  // From one suggestion to the next, and to what the ticket has.
  const take = (row) => {
    const choice = one("select", row);
    const values = [...all("optgroup option", choice).map((option) => option.value), row.dataset.now];
    choice.value = values[(values.indexOf(choice.value) + 1) % values.length];
    tell(row);
  };

  const onKey = (event) => {
    const key = event.detail;
    if (/^[1-9]$/.test(key)) {
      const row = one(`.sheet-row[data-number="${key}"]`);
      if (row) { event.preventDefault(); take(row); }
      return;
    }
    const target = one(`[data-sort-key="${CSS.escape(key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (target.matches("select")) target.focus(); else target.click();
  };

  // Enter sorts, wherever one is, but on what it presses or follows itself.
  const onEnter = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (one("dialog[open]") || event.target.closest("a, button, summary, textarea")) return;
    if (event.target.closest("input, form") && !event.target.closest("#sheet")) return;
    event.preventDefault();
    press("sort");
  };

  addEventListener("DOMContentLoaded", () => {
    if (!sheet()) return;
    for (const row of all(".sheet-row")) {
      const button = one(".take", row);
      if (!button) continue;
      button.hidden = false;
      button.addEventListener("click", () => take(row));
      one("select", row).addEventListener("change", () => tell(row));
    }
    addEventListener("desk-key", onKey);
    addEventListener("keydown", onEnter);
    // One act a sheet: a key that is pressed twice sorts no second time.
    let sent = false;
    sheet().addEventListener("submit", (event) => { if (sent) event.preventDefault(); sent = true; });
    addEventListener("pageshow", () => { sent = false; all(".sheet-row").forEach(tell); });
  });
})();
