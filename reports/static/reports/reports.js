// The panels of a report come one after the other once the page stands. Without this script a link shows all of them.
(() => {
  const load = async (place) => {
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(place.dataset.panel, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
      if (!answer.ok) return;
      const held = document.activeElement === place || place.contains(document.activeElement);
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      const first = made.content.firstElementChild;
      place.replaceWith(made.content);
      if (held && first) { first.tabIndex = -1; first.focus(); }
    } catch { place.removeAttribute("aria-busy"); }
  };
  addEventListener("DOMContentLoaded", async () => {
    const wanted = location.hash.slice(1);
    const places = [...document.querySelectorAll("[data-panel]")];
    places.sort((one, other) => (other.dataset.name === wanted) - (one.dataset.name === wanted));
    for (const place of places) await load(place);
    // What stood above grew meanwhile.
    if (wanted && places.length && scrollY < innerHeight) document.getElementById(wanted)?.scrollIntoView();
  });
})();
