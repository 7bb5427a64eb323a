// The desk by keyboard, the countdown of an undo, drafts kept in this browser. Every page works without it.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const typing = (element) => element.closest("input:not(.pick), textarea, select, [contenteditable]");
  // A page may have keys of its own; false when it took this one.
  const told = (key) => dispatchEvent(new CustomEvent("desk-key", { detail: key, cancelable: true }));

  // Where the keys are: a row of the list or a letter of the conversation.
  const stops = () => all(".rows .row, .letters .letter");
  const here = () => one("[data-here]");
  const go = (stop) => {
    if (!stop) return;
    here()?.removeAttribute("data-here");
    stop.dataset.here = "";
    (one("a.row-title", stop) || one("summary", stop)).focus({ preventScroll: true });
    stop.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const list = stops();
    const now = list.indexOf(here() || document.activeElement.closest(".row, .letter"));
    go(list[now < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, now + by))]);
  };
  const openHere = () => {
    const stop = here();
    if (!stop) return;
    const link = one("a.row-title", stop);
    if (link) link.click();
    else one("details", stop).toggleAttribute("open");
  };
  const write = (place, first = "textarea") => {
    const box = one(place);
    if (!box) return;
    const fold = box.matches("details") ? box : one("details:has(form)", box);
    if (fold) fold.open = true;
    one(first, box)?.focus();
    box.scrollIntoView({ block: "nearest" });
  };
  // A panel opens to the left where the window ends before it does.
  const place = (menu) => {
    const panel = one(".menu-panel", menu);
    panel.classList.remove("leftwards");
    panel.classList.toggle("leftwards", panel.getBoundingClientRect().right > document.documentElement.clientWidth);
  };
  const placeOpen = () => all(".menu[open]").forEach(place);
  addEventListener("toggle", (event) => { if (event.target.matches(".menu[open]")) place(event.target); }, true);
  addEventListener("resize", placeOpen);
  placeOpen();
  const field = ":is(button, select, textarea, input:not([type=hidden]))";
  const choosable = `.menu-panel ${field}`;
  const menu = (key) => {
    const found = one(`.menu[data-key="${key}"]`);
    if (!found) return false;
    found.open = true;
    one(choosable, found)?.focus();
    return true;
  };
  const closeMenus = (but) => all(".menu[open]").forEach((each) => { if (each !== but) each.open = false; });
  const showKeys = () => { const dialog = one("#keys"); if (dialog && !dialog.open) dialog.showModal(); };

  let waitsForPlace = false;
  const acts = {
    j: () => step(1),
    k: () => step(-1),
    o: openHere,
    r: () => write("#reply"),
    n: () => write("#note"),
    u: () => one("[data-up]")?.click(),
    v: () => menu("v"),
    z: () => one(".toast form button")?.click(),
    "/": () => one("#q")?.focus(),
    "?": showKeys,
    g: () => { waitsForPlace = true; setTimeout(() => { waitsForPlace = false; }, 1500); },
    a: () => menu("a"),
    s: () => menu("s"),
    t: () => menu("t"),
    m: () => menu("m"),
    l: () => menu("l"),
    b: () => menu("b"),
    p: () => write("#call"),
    d: () => write("#extend", "[type=date]"),
    i: () => { const column = one("#about"); column?.focus({ preventScroll: true }); column?.scrollIntoView(); },
    ";": () => menu(";"),
  };
  addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const written = event.target.matches("textarea, select, input:not([type=search])") && event.target.form;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && written && one("textarea", written)) {
      event.preventDefault();
      written.requestSubmit();
      return;
    }
    const menuHere = event.target.closest(".menu[open]");
    if (menuHere && (event.key === "ArrowDown" || event.key === "ArrowUp") && !typing(event.target)) {
      const choices = all(choosable, menuHere);
      const place = choices.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      choices[(place + choices.length) % choices.length].focus();
      return;
    }
    if (event.key === "Escape") {
      const open = one(".menu[open]");
      if (open) { open.open = false; one("summary", open).focus(); return; }
      if (typing(event.target) && !event.target.matches(".pick")) event.target.blur();
      else told("Escape");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
    if (waitsForPlace) {
      waitsForPlace = false;
      const link = one(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); return; }
    }
    if (!told(event.key)) { event.preventDefault(); return; }
    const act = acts[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  for (const what of ["click", "focusin"]) addEventListener(what, (event) => closeMenus(event.target.closest(".menu")));

  // What was refused is said where it was asked, and there the keys go on.
  const mend = () => {
    if (one(".summary")) return; // it takes the keys itself
    const told = one("details[open] > [role=alert], .menu[open] [role=alert]");
    const beside = told && (one(`[aria-describedby~="${told.id}"]`) || one(field, told.closest("details")));
    (one("main [aria-invalid=true]") || beside)?.focus();
  };

  // Back to the list as it was left, not to its first page.
  const remember = () => {
    try {
      if (one("#rows")) sessionStorage.setItem("list", location.pathname + location.search);
      const last = sessionStorage.getItem("list");
      if (last && /^\/desk\/(find\/)?(\?|$)/.test(last)) all("a[data-up]").forEach((link) => { link.href = last; });
    } catch { /* private mode: to the first page */ }
  };

  // How long each view is comes after the page.
  const count = async () => {
    const list = one("[data-counts]");
    if (!list || document.hidden) return;
    try {
      const answer = await fetch(list.dataset.counts, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
      if (!answer.ok) return;
      for (const [view, number] of Object.entries(await answer.json())) {
        const place = one(`.side [data-view="${CSS.escape(view)}"] .count`);
        if (place && place.textContent !== number) place.textContent = number;
      }
    } catch { /* without connection the numbers stay as they are */ }
  };

  // The seconds in which a reply can be taken back.
  const countDown = () => {
    for (const button of all("[data-until]")) {
      const until = Date.parse(button.dataset.until);
      const show = () => {
        const left = Math.ceil((until - Date.now()) / 1000);
        one("[data-left]", button).textContent = left > 0 ? ` ${left}` : "";
        if (left > 0) setTimeout(show, 250);
        else setTimeout(() => { button.closest("form").hidden = true; all(".toast form").forEach((form) => { form.hidden = true; }); }, 3000);
      };
      show();
    }
  };

  // What is typed stays in this browser until it is sent.
  const drafts = () => {
    for (const done of all("[data-draft-done]")) {
      try { localStorage.removeItem(`draft:${done.dataset.draftDone}`); } catch { /* private mode */ }
    }
    for (const form of all("form[data-draft]")) {
      const box = one("textarea", form);
      const name = `draft:${form.dataset.draft}`;
      const told = one("[data-kept]", form);
      let timer = 0, typed = false;
      const keep = () => {
        typed = false;
        try {
          if (box.value.trim()) localStorage.setItem(name, box.value); else localStorage.removeItem(name);
          if (told) told.hidden = !box.value.trim();
        } catch { /* full or private: the page still holds the text */ }
      };
      try {
        if (!box.value && localStorage.getItem(name)) {
          box.value = localStorage.getItem(name);
          if (told) told.hidden = false;
          const fold = box.closest("details");
          if (fold) fold.open = true;
        }
      } catch { /* private mode */ }
      box.addEventListener("input", () => { typed = true; clearTimeout(timer); timer = setTimeout(keep, 400); });
      addEventListener("pagehide", () => { if (typed && !form.dataset.sent) keep(); });
      addEventListener("draft-kept", (event) => { // the server has it
        if (event.detail !== form.dataset.draft) return;
        try { localStorage.removeItem(name); } catch { /* private mode */ }
      });
      form.addEventListener("submit", (event) => {
        if (form.dataset.sent) { event.preventDefault(); return; }
        form.dataset.sent = "1";
        clearTimeout(timer);
        keep(); // until the next page says that it arrived
      });
    }
    // A page from the back-forward cache may be sent again.
    addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));
  };

  // A mail in its frame is as high as it is long, up to the height of the window.
  const frames = () => {
    for (const frame of all("iframe.mailframe")) {
      frame.addEventListener("load", () => {
        const page = frame.contentDocument?.documentElement;
        if (page) frame.height = Math.min(page.scrollHeight + 4, Math.round(innerHeight * 0.85));
      });
    }
  };

  // A picture or PDF over the page; Escape closes it. Without it the link leads to a page of its own.
  const previews = () => {
    const dialog = one("#preview");
    if (!dialog) return;
    const place = one("[data-place]", dialog);
    addEventListener("click", (event) => {
      const link = event.target.closest("a[data-preview]");
      const plain = link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
      if (!plain || (link.dataset.preview === "document" && navigator.pdfViewerEnabled === false)) return;
      event.preventDefault();
      const shown = document.createElement(link.dataset.preview === "picture" ? "img" : "iframe");
      shown.className = "preview";
      if (shown.tagName === "IMG") shown.alt = link.dataset.name; else shown.title = link.dataset.name;
      // A viewer of PDF takes the keys to itself; given back, Escape closes.
      shown.addEventListener("load", () => one("button", dialog).focus());
      shown.src = link.dataset.address;
      place.replaceChildren(shown);
      one("#preview-title").textContent = link.dataset.name;
      dialog.showModal();
    });
    dialog.addEventListener("close", () => place.replaceChildren());
  };

  // A translation that is on its way is looked at again, ever more rarely; after some minutes the link does it.
  const waitFor = (part, seconds) => {
    if (seconds > 120) return;
    setTimeout(async () => {
      try {
        const answer = await fetch(part.dataset.waits, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
        if (!answer.ok) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".translation");
        if (!fresh) return;
        if (fresh.dataset.state !== part.dataset.state) { part.replaceWith(fresh); part = fresh; }
      } catch { /* without connection: later */ }
      if (part.dataset.waits) waitFor(part, seconds * 1.5);
    }, seconds * 1000);
  };

  addEventListener("DOMContentLoaded", () => {
    remember();
    for (const part of all("[data-waits]")) waitFor(part, 1);
    previews();
    for (const button of all("[data-print]")) { button.hidden = false; button.addEventListener("click", () => print()); }
    count();
    addEventListener("desk-count", count);
    setInterval(count, 30_000);
    countDown();
    addEventListener("load", mend); // by then the browser has gone to the place that the address names, and let go of the keys
    drafts();
    frames();
    for (const item of all("[data-keys]")) { item.hidden = false; one("button", item).addEventListener("click", showKeys); }
    if (!location.hash && stops().length && one(".letters")) {
      const newest = all(".letters .letter").findLast((letter) => one("details[open]", letter));
      if (newest && newest.getBoundingClientRect().top > innerHeight) newest.scrollIntoView({ block: "start" });
    }
  });
})();
