// Choosing cameras: the list and the map show the same choice. Ticks in the list colour the map;
// a camera pressed on the map is ticked in the list; two presses on the map are the corners of a
// rectangle, all of whose cameras are ticked. Everything can be done in the list alone.

const place = document.querySelector("[data-cameras]");

function boxes() {
  return [...place.querySelectorAll("input[name='cameras']")];
}

function panel() {
  const map = place.querySelector("[data-map]");
  return map && map.map;
}

function draw(box) {
  if (panel()) panel().put("cameras", { id: box.value, tone: box.checked ? "primary" : "secondary" });
}

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const words = place.querySelector("[data-chosen]");
  words.textContent = chosen ? words.dataset.some.replace("%", String(chosen)) : words.dataset.all;
}

function tick(box, checked) {
  box.checked = checked;
  draw(box);
}

let corner = null;
let marking = false;

function mark(on) {
  marking = on;
  corner = null;
  const button = place.querySelector("[data-mark]");
  button.setAttribute("aria-pressed", String(on));
  place.querySelector("[data-mark-help]").hidden = !on;
  if (panel()) panel().drop("area", "rectangle");
}

function rectangle([west, south], [east, north]) {
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  return { id: "rectangle", tone: "primary", geometry: { type: "Polygon", coordinates: [ring] } };
}

function corners(lon, lat) {
  if (!corner) {
    corner = [lon, lat];
    const step = 0.0004;
    panel().put("area", rectangle([lon - step, lat - step], [lon + step, lat + step]));
    return;
  }
  const [west, east] = [corner[0], lon].sort((a, b) => a - b);
  const [south, north] = [corner[1], lat].sort((a, b) => a - b);
  mark(false);
  panel().put("area", rectangle([west, south], [east, north]));
  for (const box of boxes()) {
    const { lon: x, lat: y } = panel().layers.get("cameras").known.get(box.value);
    if (x >= west && x <= east && y >= south && y <= north) tick(box, true);
  }
  count();
}

if (place && place.querySelector("[data-mark]")) {
  place.addEventListener("change", (event) => {
    if (event.target.name !== "cameras") return;
    draw(event.target);
    count();
  });
  place.addEventListener("map:choose", (event) => {
    if (event.detail.layer !== "cameras") return;
    event.preventDefault();
    if (marking) {
      corners(event.detail.thing.lon, event.detail.thing.lat);
      return;
    }
    const box = boxes().find((each) => each.value === String(event.detail.id));
    tick(box, !box.checked);
    count();
  });
  place.addEventListener("map:place", (event) => {
    if (marking) corners(event.detail.lon, event.detail.lat);
  });
  place.querySelector("[data-mark]").addEventListener("click", () => mark(!marking));
  place.querySelector("[data-none]").addEventListener("click", () => {
    for (const box of boxes()) if (box.checked) tick(box, false);
    mark(false);
    count();
  });
  place.querySelector("[data-find]").addEventListener("input", (event) => {
    const words = event.target.value.trim().toLowerCase();
    for (const box of boxes()) {
      const label = box.closest("label");
      label.hidden = words !== "" && !label.textContent.toLowerCase().includes(words);
    }
  });
  const wait = () => {
    if (panel() && panel().ready) for (const box of boxes()) { if (box.checked) draw(box); }
    else if (place.querySelector("[data-map]:not([data-broken])")) requestAnimationFrame(wait);
  };
  wait();
  count();
}
