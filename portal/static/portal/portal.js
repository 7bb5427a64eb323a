// What the form gains with a script: a draft in this browser alone, and files that go ahead one by one.
// Without it the same form works: files travel with it, and errors keep what was typed.
(() => {
  const WEEK = 7 * 24 * 3600 * 1000;
  const storage = {
    read(name) { try { return JSON.parse(localStorage.getItem("portal:" + name)); } catch { return null; } },
    write(name, value) { try { localStorage.setItem("portal:" + name, JSON.stringify(value)); } catch { /* private mode */ } },
    remove(name) { try { localStorage.removeItem("portal:" + name); } catch { /* private mode */ } },
  };

  // A page that says "we have it" ends the draft and remembers its stamp, so that going back shows an empty form.
  const sent = document.querySelector("[data-sent]");
  if (sent) {
    const draft = storage.read(sent.dataset.sent);
    if (draft) storage.write("sent", draft.stamp);
    storage.remove(sent.dataset.sent);
  }

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const name = form.dataset.draft;
  const stamp = form.elements.stamp;
  const box = form.querySelector(".uploads");
  const list = box.querySelector(".files");
  const status = box.querySelector("[data-status]");
  const row = box.querySelector("template[data-row]").content.firstElementChild;
  const texts = {};
  for (const part of box.querySelector("template[data-texts]").content.querySelectorAll("[data-text]")) texts[part.dataset.text] = part.textContent;

  // The draft
  const skipped = new Set(["stamp", "attachments", "kept", "remove", "notes_2"]);
  const fields = () => [...form.elements].filter((field) => field.name && !skipped.has(field.name));
  const ticks = (field) => field.type === "checkbox" || field.type === "radio";
  function save() {
    const values = {};
    for (const field of fields()) {
      if (ticks(field)) { if (field.checked) values[field.name] = field.value; } else if (field.value) values[field.name] = field.value;
    }
    const kept = rows.filter((each) => each.id).map(({ id, name, size }) => ({ id, name, size }));
    if (Object.keys(values).length || kept.length) storage.write(name, { at: Date.now(), stamp: stamp.value, values, kept });
    else storage.remove(name);
  }
  function restore() {
    const draft = storage.read(name);
    if (!draft || Date.now() - draft.at > WEEK) return storage.remove(name);
    stamp.value = draft.stamp;
    for (const field of fields()) {
      const value = draft.values[field.name];
      if (ticks(field)) field.checked = value === field.value; else if (value) field.value = value;
    }
    for (const file of draft.kept) done(add(file), file);
    const notice = document.querySelector("[data-restored]");
    notice.hidden = false;
    notice.querySelector("[data-forget]").addEventListener("click", () => {
      for (const each of [...rows]) each.remove();
      storage.remove(name);
      form.reset();
      location.reload();
    });
  }

  // Files, one at a time, each tried again when the line breaks
  const rows = [];
  let current = null;
  let waiting = false; // the person pressed "send" while files were on their way
  const say = (text, quietly = false) => { status.textContent = text; status.classList.toggle("hide", quietly); };
  const size = (octets) => {
    const unit = octets < 1024 ? ["byte", octets] : octets < 1024 ** 2 ? ["kilobyte", octets / 1024] : ["megabyte", octets / 1024 ** 2];
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: unit[0], maximumFractionDigits: unit[1] < 10 ? 1 : 0 }).format(unit[1]);
  };

  function add(file) {
    const item = row.cloneNode(true);
    const each = { item, file, name: file.name, size: file.size, id: 0, state: "wait", tries: 0, request: null };
    item.querySelector(".file-name").textContent = file.name;
    item.querySelector("[data-remove] .hide").textContent = " " + file.name;
    item.querySelector("[data-remove]").addEventListener("click", () => { each.remove(); box.querySelector("#id_attachments").focus(); });
    item.querySelector("[data-again]").addEventListener("click", () => { each.tries = 0; show(each, "wait"); next(); });
    each.remove = () => {
      if (each.request) each.request.abort();
      if (each.id) post({ remove: each.id });
      rows.splice(rows.indexOf(each), 1);
      item.remove();
      list.hidden = !list.children.length;
      if (current === each) current = null;
      save();
      next();
    };
    rows.push(each);
    list.append(item);
    list.hidden = false;
    return each;
  }
  function show(each, state, note = texts[state], again = false) {
    each.state = state;
    each.item.dataset.state = state;
    each.item.querySelector(".file-note").textContent = [size(each.size), note].join(" · ");
    each.item.querySelector("[data-again]").hidden = !again;
    each.item.querySelector("progress").hidden = state !== "sending";
  }
  function done(each, kept) {
    Object.assign(each, { id: kept.id, name: kept.name, size: kept.size, file: null });
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "kept", value: kept.id });
    each.item.append(hidden);
    show(each, "done");
  }
  function post(values, request = new XMLHttpRequest()) {
    const body = new FormData();
    body.append("stamp", stamp.value);
    for (const [key, value] of Object.entries(values)) body.append(key, value);
    request.open("POST", box.dataset.url);
    request.send(body);
  }
  function next() {
    if (current) return;
    current = rows.find((each) => each.state === "wait") || null;
    if (current) send(current);
    else if (waiting) { waiting = false; say(""); form.requestSubmit(); }
  }
  function send(each) {
    const request = each.request = new XMLHttpRequest();
    const bar = each.item.querySelector("progress");
    bar.value = 0;
    bar.setAttribute("aria-label", each.name);
    show(each, "sending");
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = 100 * event.loaded / event.total; });
    request.addEventListener("error", () => lost(each));
    request.addEventListener("load", () => {
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch { /* a page of the proxy, not ours */ }
      if (request.status === 200 && answer) { done(each, answer); say(each.name + ": " + texts.done, true); save(); }
      else if (answer && answer.error) fail(each, answer.error, answer.again);
      else return lost(each);
      settle(each);
    });
    post({ file: each.file }, request);
  }
  function fail(each, note, again) { waiting = false; show(each, "failed", note, again); say(each.name + ": " + note); }
  function settle(each) { each.request = null; if (current === each) current = null; next(); }
  function lost(each) {
    each.tries += 1;
    if (each.tries > 5) { fail(each, texts.failed, true); return settle(each); }
    show(each, "lost");
    say(each.name + ": " + texts.lost);
    each.request = null;
    const again = () => {
      clearTimeout(timer);
      removeEventListener("online", again);
      if (current === each && each.state === "lost") send(each);
    };
    const timer = setTimeout(again, 1000 * 2 ** each.tries);
    addEventListener("online", again);
  }
  function chosen(event) {
    for (const file of event.target.files) {
      const each = add(file);
      if (file.size > Number(box.dataset.max)) fail(each, texts.large, false);
      else if (rows.length > Number(box.dataset.most)) fail(each, texts.many, false);
      else show(each, "wait");
    }
    event.target.value = ""; // so that the form does not carry them a second time
    next();
  }

  // Rows that the server listed become rows of ours.
  for (const item of [...list.children]) {
    const kept = { id: Number(item.dataset.id), name: item.querySelector(".file-name").textContent, size: 0 };
    const note = item.querySelector(".file-note").textContent;
    item.remove();
    const each = add(kept);
    done(each, kept);
    each.item.querySelector(".file-note").textContent = note;
  }
  if ("fresh" in form.dataset) restore(); else save();
  for (const input of box.querySelectorAll("input[type=file]")) input.addEventListener("change", chosen);
  let timer = 0;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 300); });
  addEventListener("pagehide", () => { if (timer) save(); });
  form.addEventListener("submit", (event) => {
    save();
    if (current || rows.some((each) => each.state === "wait")) { event.preventDefault(); waiting = true; say(texts.busy); status.scrollIntoView({ block: "nearest" }); }
    else if (rows.some((each) => each.state === "failed")) { event.preventDefault(); say(texts.clear); status.scrollIntoView({ block: "nearest" }); }
  });
  // Going back after sending: neither the old page nor the browser's memory of its fields may be sent once more.
  addEventListener("pageshow", () => {
    const last = storage.read("sent");
    if (!last) return;
    if (last === stamp.value) {
      storage.remove("sent");
      form.reset();
      location.reload();
    } else if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" && !storage.read(name)) form.reset();
  });
})();
