// Light or dark by choice, kept in the browser. Without this script the page follows the system.
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("theme") || ""; } catch { return ""; } };
  const keep = (theme) => { try { localStorage.setItem("theme", theme); } catch { /* private mode: for this page only */ } };
  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  show(read());
  addEventListener("storage", (event) => { if (event.key === "theme") show(event.newValue); });
  addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll(".theme")) {
      group.hidden = false;
      for (const radio of group.querySelectorAll("input")) radio.checked = radio.value === read();
      group.addEventListener("change", (event) => { keep(event.target.value); show(event.target.value); });
    }
    const summary = document.querySelector(".summary");
    if (summary) summary.focus();
  });
  // Escape or a click elsewhere closes an open language chooser.
  const close = (event) => {
    const open = document.querySelector(".chooser[open]");
    if (!open || (event.type === "click" && open.contains(event.target))) return;
    if (event.type === "keydown" && event.key !== "Escape") return;
    open.open = false;
    if (event.type === "keydown") open.firstElementChild.focus();
  };
  addEventListener("click", close);
  addEventListener("keydown", close);
})();
