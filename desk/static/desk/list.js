// The list: selecting by key, acting on what is selected, and refreshing itself without losing the place.
// Without it the list works all the same: boxes are ticked by hand, and a reload shows what is new.
(() => {
  const SECONDS = 15;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const lines = () => one("#lines");
  const boxes = () => all("#lines .pick");
  const here = () => one("#lines .row[data-here]");

  // How many are selected, as a number and in the box for the page.
  const tell = () => {
    const picked = boxes().filter((box) => box.checked).length;
    one("[data-picked]").textContent = picked;
    const page = one("#pick-page");
    page.checked = picked > 0 && picked === boxes().length;
    page.indeterminate = picked > 0 && !page.checked;
    if (!picked) all(".bulk .menu[open]").forEach((menu) => { menu.open = false; });
    return picked;
  };
  const pickPage = (on) => { boxes().forEach((box) => { box.checked = on; }); tell(); };
  const pick = (row) => { const box = row && one(".pick", row); if (box) { box.checked = !box.checked; tell(); } };

  let last = null; // the box that was ticked last; with Shift all between go along
  const pickBetween = (event) => {
    const list = boxes();
    const from = list.indexOf(last), to = list.indexOf(event.target);
    if (event.shiftKey && from >= 0 && to >= 0) {
      list.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((box) => { box.checked = event.target.checked; });
    }
    last = event.target;
    tell();
  };

  // Enter in a field presses the first button of its form, which does nothing; a field may name another.
  const enter = (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.dataset?.enter) return;
    event.preventDefault();
    one(`button[name="${event.target.dataset.enter}"]`)?.click();
  };

  const onKey = (event) => {
    const key = event.detail;
    const done = () => event.preventDefault();
    if (key === "x") { pick(here() || document.activeElement.closest?.(".row")); done(); }
    if (key === "X") { pickPage(!boxes().every((box) => box.checked)); done(); }
    if (key === "Escape" && tell()) { pickPage(false); done(); }
    // The menus of acts are for what is selected; with nothing selected, for the line that the keys have reached.
    if ("astlm".includes(key) && key.length === 1 && !tell()) { pick(here()); if (!tell()) done(); }
  };

  // Refreshing: lines that are the same stay the very elements they are, so that ticks, focus and place stay.
  const texts = new WeakMap(); // of each line, as the server wrote it
  const plain = (row) => { const copy = row.cloneNode(true); delete copy.dataset.here; delete copy.dataset.gone; return copy.outerHTML; };
  const held = (row) => one(".pick", row).checked || row === here() || row.contains(document.activeElement);
  const replace = (old, fresh) => {
    if (texts.get(old) === plain(fresh)) { delete old.dataset.gone; return old; }
    const focused = old.contains(document.activeElement) && document.activeElement.classList[0];
    one(".pick", fresh).checked = one(".pick", old).checked;
    texts.set(fresh, plain(fresh));
    if ("here" in old.dataset) fresh.dataset.here = "";
    old.replaceWith(fresh);
    if (focused) one(`.${CSS.escape(focused)}`, fresh)?.focus({ preventScroll: true });
    return fresh;
  };
  const arrange = (list, wanted) => {
    // Lines that do not move are not touched: one that is moved would lose the focus.
    const focused = document.activeElement;
    let next = null;
    for (const row of wanted.toReversed()) {
      if (row.nextElementSibling !== next || row.parentNode !== list) list.insertBefore(row, next);
      next = row;
    }
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
  };
  const merge = (fresh) => {
    const list = one("#rows"), coming = one("#rows", fresh);
    if (!list || !coming) {
      if (list && all(".row", list).some(held)) return 0; // nothing is here any more but what somebody holds
      lines().replaceChildren(...fresh.childNodes);
      all("#rows .row").forEach((row) => texts.set(row, plain(row)));
      return coming ? all(".row", coming).length : 0;
    }
    const old = all(".row", list), known = new Map(old.map((row) => [row.dataset.id, row]));
    const anchor = here() || one("#rows .row:hover") || (scrollY > 0 ? old.find((row) => row.getBoundingClientRect().bottom > 60) : null);
    const top = anchor?.getBoundingClientRect().top;
    const anchorId = anchor?.dataset.id;
    const newest = Math.max(0, ...old.map((row) => Number(row.dataset.id)));
    let news = 0;
    const wanted = all(".row", coming).map((row) => {
      const before = known.get(row.dataset.id);
      known.delete(row.dataset.id);
      if (before) return replace(before, row);
      texts.set(row, plain(row));
      if (Number(row.dataset.id) > newest) news += 1;
      return row;
    });
    for (const row of known.values()) {
      if (!held(row)) { row.remove(); continue; }
      row.dataset.gone = ""; // not in this list any more, but somebody has it selected or stands on it
      const place = wanted.findIndex((each) => each.dataset.id === old[old.indexOf(row) - 1]?.dataset.id);
      wanted.splice(place + 1, 0, row);
    }
    arrange(list, wanted);
    const pages = one(".pagination", lines()), freshPages = one(".pagination", fresh);
    if (pages?.outerHTML !== freshPages?.outerHTML && !pages?.contains(document.activeElement)) {
      pages?.remove();
      if (freshPages) lines().append(freshPages);
    }
    const moved = anchorId && one(`#rows .row[data-id="${anchorId}"]`);
    if (moved) scrollBy(0, moved.getBoundingClientRect().top - top);
    return news;
  };

  const say = (state) => {
    const place = one("[data-fresh]");
    if (place.dataset.state === state) return;
    place.dataset.state = state;
    place.textContent = state ? place.dataset[state] : "";
  };
  let mark = "", waits = 0, failures = 0;
  const refresh = async () => {
    clearTimeout(waits);
    if (document.hidden) return; // it begins again when the page is seen
    try {
      const answer = await fetch(lines().dataset.from, {
        headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(10_000),
      });
      if (answer.type === "opaqueredirect") { say("out"); return; }
      if (answer.status === 200) {
        mark = answer.headers.get("ETag") || "";
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
        say(merge(fresh) ? "new" : "");
        tell();
        count();
      } else if (answer.status === 304) {
        all("#rows .row[data-gone]").forEach((row) => { if (!held(row)) row.remove(); });
        tell();
        say("");
      } else throw new Error(answer.status);
      failures = 0;
    } catch {
      failures += 1;
      if (failures > 1) say("away");
    }
    waits = setTimeout(refresh, SECONDS * 1000 * Math.min(8, 2 ** failures));
  };
  const count = () => dispatchEvent(new CustomEvent("desk-count"));

  addEventListener("DOMContentLoaded", () => {
    if (!lines()) return;
    all("#rows .row").forEach((row) => texts.set(row, plain(row)));
    tell();
    one("#pick-page").addEventListener("change", (event) => pickPage(event.target.checked));
    lines().addEventListener("click", (event) => { if (event.target.matches(".pick")) pickBetween(event); });
    lines().addEventListener("keydown", (event) => {
      // Enter would send the form with the first button there is.
      if (event.key === "Enter" && event.target.matches(".pick")) { event.preventDefault(); pick(event.target.closest(".row")); }
    });
    addEventListener("desk-key", onKey);
    addEventListener("keydown", enter);
    addEventListener("pageshow", tell); // the browser keeps ticks on the way back
    waits = setTimeout(refresh, SECONDS * 1000);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
    addEventListener("online", refresh);
  });
})();
