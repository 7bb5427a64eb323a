// An answer while it is written: kept on the server, warned of what happens meanwhile, begun with a template.
// Every part of it works without this script, by the buttons of the form.
(() => {
  const form = document.querySelector("#reply-form");
  if (!form) return;
  const one = (selector, root = form) => root.querySelector(selector);
  const all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const box = one("textarea[name=text]");
  const news = one("#reply-news");
  const keptAt = one("[data-kept-at]");
  const PAUSE = 2000; // milliseconds after the last key

  // What the server says: each line once, with a way to see it.
  let told = "";
  const say = (lines, { reload = false, button = null } = {}) => {
    const now = lines.join("\n");
    if (now === told) return;
    told = now;
    news.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    if (reload && lines.length) {
      const link = Object.assign(document.createElement("a"), { href: location.pathname, textContent: news.dataset.show });
      news.lastChild.append(" ", link);
    }
    if (button) news.append(button);
  };

  const post = async (data) => {
    const answer = await fetch(form.dataset.keep, {
      method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "manual", keepalive: data.small, signal: AbortSignal.timeout(30_000),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const written = (files) => {
    const data = new FormData(form);
    if (!files) data.delete("attached");
    data.small = box.value.length < 10_000 && !files;
    return data;
  };

  let timer = 0, busy = false, again = false, held = false;
  const later = () => { clearTimeout(timer); timer = setTimeout(keep, PAUSE); };
  const keep = async (files = false) => {
    clearTimeout(timer);
    timer = 0;
    if (form.dataset.sent || held) return;
    if (busy) { again = again || files || "text"; return; }
    busy = true;
    try {
      const { status, body } = await post(written(files));
      if (status === 409) conflict(body);
      else if (status === 200) kept(body, files);
      else offline();
    } catch { offline(); }
    busy = false;
    if (again) { const next = again; again = false; keep(next === true); }
  };
  const offline = () => { keptAt.textContent = form.dataset.offline; };
  const kept = (body, files) => {
    form.elements.version.value = body.version;
    keptAt.textContent = body.version ? body.saved : "";
    if (body.version) dispatchEvent(new CustomEvent("draft-kept", { detail: form.dataset.draft }));
    say([...body.news, ...body.problems], { reload: body.news.length > 0 });
    if (files && !body.problems.length) showFiles(body.files);
  };
  const conflict = (body) => {
    held = true;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button second", textContent: form.dataset.mine });
    button.addEventListener("click", () => {
      held = false;
      form.elements.version.value = body.version;
      say([]);
      box.focus();
      keep();
    });
    say([body.problem], { reload: true, button });
  };

  // Files are kept as soon as they are chosen, so that they survive with the words.
  const showFiles = (files) => {
    const input = one("input[type=file]");
    input.value = "";
    let list = one(".kept");
    if (!list) {
      list = Object.assign(document.createElement("fieldset"), { className: "kept" });
      list.append(Object.assign(document.createElement("legend"), { textContent: input.labels[0].textContent }));
      input.closest("details").before(list);
    }
    all(".choice", list).forEach((each) => each.remove());
    files.forEach((file, place) => {
      const tick = Object.assign(document.createElement("input"), { type: "checkbox", className: "choice-input", name: "stored", value: file.token, checked: true, id: `kept-${place}` });
      const size = Object.assign(document.createElement("span"), { className: "muted", textContent: file.size });
      const label = Object.assign(document.createElement("label"), { htmlFor: tick.id });
      label.append(file.name, " ", size);
      const line = Object.assign(document.createElement("div"), { className: "choice" });
      line.append(tick, label);
      list.append(line);
    });
  };

  // Whom it goes to is shown as it is chosen.
  const showRecipients = () => {
    const to = form.elements.to;
    const chosen = to?.selectedOptions?.[0];
    if (chosen && one("[data-to]")) {
      const name = Object.assign(document.createElement("strong"), { textContent: chosen.dataset.name });
      const address = Object.assign(document.createElement("span"), { className: "muted", textContent: chosen.value });
      one("[data-to]").replaceChildren(name, ...(chosen.dataset.name === chosen.value ? [] : [" ", address]));
    }
    all("input[name=cc]").forEach((each) => { each.closest(".choice").hidden = each.value === to?.value; });
    const more = form.elements.more.value.trim();
    const copies = all("input[name=cc]:checked").filter((each) => each.value !== to?.value).map((each) => each.dataset.name);
    one("[data-copied]").textContent = [...copies, ...(more ? [more] : [])].join(", ");
    one("[data-copies]").hidden = !copies.length && !more;
  };

  // A template stands where the cursor is.
  const insert = async (button) => {
    const data = written(false);
    data.set("template", button.value);
    const menu = button.closest(".menu");
    try {
      const { status, body } = await post(data);
      if (status !== 200) throw new Error(String(status));
      for (const [name, value] of Object.entries(body.fields)) {
        if (value) form.elements[name].value = value;
      }
      const before = box.value.slice(0, box.selectionStart).trimEnd();
      const after = box.value.slice(box.selectionEnd).trimStart();
      const start = before ? `${before}\n\n${body.text}` : body.text;
      box.value = after ? `${start}\n\n${after}` : start;
      menu.open = false;
      box.focus();
      const place = start.indexOf("{", before.length);
      const end = place < 0 ? -1 : start.indexOf("}", place) + 1;
      box.setSelectionRange(place < 0 ? start.length : place, end > 0 ? end : start.length);
      say(body.told ? [body.told] : []);
      later();
    } catch { offline(); }
  };
  const filter = (menu) => {
    const field = one("[data-filter]", menu);
    const search = one("input", field);
    field.hidden = false;
    const narrow = () => {
      const words = search.value.toLocaleLowerCase().split(/\s+/);
      const lines = all("button[name=template]", menu);
      lines.forEach((line) => { line.hidden = !words.every((word) => line.textContent.toLocaleLowerCase().includes(word)); });
      one("[data-none]", menu).hidden = lines.some((line) => !line.hidden);
    };
    search.addEventListener("input", narrow);
    search.addEventListener("keydown", (event) => {
      const lines = all("button[name=template]:not([hidden])", menu);
      if (event.key === "ArrowDown") { event.preventDefault(); lines[0]?.focus(); }
      if (event.key === "Enter") { event.preventDefault(); if (lines[0]) insert(lines[0]); }
    });
    menu.addEventListener("toggle", () => { if (menu.open) { search.value = ""; narrow(); search.focus(); } });
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "search" || event.target.type === "file") return;
    showRecipients();
    later();
  });
  form.addEventListener("change", (event) => { if (event.target.type === "file" && event.target.files.length) keep(true); });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=template]");
    if (!button) return;
    event.preventDefault();
    insert(button);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    // Enter in a line of the form, and the button for those without scripts, keep it and stay here.
    if (event.submitter?.getAttribute("formaction") === form.dataset.keep) {
      event.preventDefault();
      event.stopImmediatePropagation();
      keep();
    }
  });
  // Whoever leaves the page has typed it nevertheless.
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) keep(); });
  all(".templates").forEach(filter);
  showRecipients();
})();
