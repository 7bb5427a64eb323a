// "@" in a note offers the colleagues who may see the ticket. Without it the name is typed out; it means the same.
(() => {
  const form = document.querySelector("form[data-mentions]");
  if (!form) return;
  const box = form.querySelector("textarea");
  const frame = document.createElement("div");
  const list = Object.assign(document.createElement("ul"), { id: "mentions", hidden: true });
  const status = Object.assign(document.createElement("div"), { className: "hide" });
  frame.className = "mentions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.mentionsLabel);
  status.setAttribute("role", "status");
  frame.append(list, status);
  box.after(frame);
  // A field of several lines may not have the role of a combobox; these tell the same to those who do not see the list.
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", "mentions");

  let people = null, place = 0;
  const load = async () => {
    people = [];
    try {
      const answer = await fetch(form.dataset.mentions, { redirect: "manual", signal: AbortSignal.timeout(10_000) });
      if (answer.ok) people = (await answer.json()).people;
    } catch { people = null; /* without connection the name is typed out */ }
  };
  const begun = () => box.value.slice(0, box.selectionStart).match(/(?:^|[^\p{L}\p{N}_])@([\p{L}\p{N}_.'’ -]{0,40})$/u)?.[1];
  const lines = () => [...list.children];
  const mark = (at) => {
    place = (at + lines().length) % lines().length;
    lines().forEach((line, number) => line.setAttribute("aria-selected", String(number === place)));
    box.setAttribute("aria-activedescendant", lines()[place].id);
    lines()[place].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    status.textContent = "";
    box.removeAttribute("aria-activedescendant");
  };
  const offer = async () => {
    if (begun() === undefined) { close(); return; }
    if (people === null) await load();
    const words = begun()?.toLocaleLowerCase();
    const found = words === undefined ? [] : (people || []).filter((each) => each.name.toLocaleLowerCase().split(/\s+/).some((part, at, parts) => parts.slice(at).join(" ").startsWith(words))).slice(0, 8);
    if (!found.length) { close(); return; }
    list.replaceChildren(...found.map((each, number) => {
      const line = Object.assign(document.createElement("li"), { id: `mention-${number}`, textContent: each.name });
      line.setAttribute("role", "option");
      line.dataset.handle = each.handle;
      return line;
    }));
    list.hidden = false;
    status.textContent = found.map((each) => each.name).join(", ");
    mark(0);
  };
  const take = (line) => {
    const start = box.selectionStart - begun().length;
    box.setRangeText(`${line.dataset.handle} `, start, box.selectionStart, "end");
    close();
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  box.addEventListener("input", offer);
  box.addEventListener("blur", () => setTimeout(close, 200));
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    const acts = {
      ArrowDown: () => mark(place + 1),
      ArrowUp: () => mark(place - 1),
      Enter: () => take(lines()[place]),
      Tab: () => take(lines()[place]),
      Escape: close,
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
  list.addEventListener("mousedown", (event) => {
    const line = event.target.closest("li");
    if (line) { event.preventDefault(); take(line); }
  });
})();
