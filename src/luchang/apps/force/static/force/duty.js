// Keeps the units of a map where they are. Positions move what is drawn; the table beside the map,
// fetched anew when a crew signs on or off, says who is drawn at all and in which tone.

const place = document.querySelector("[data-duty-map]");
const panel = () => place.querySelector("[data-map]").map;

function drawn() {
  const layer = panel() && panel().layers.get("units");
  return layer ? layer.known : new Map();
}

function clock(at) {
  return new Date(at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour12: false });
}

document.addEventListener("live:positions", ({ detail: { data } }) => {
  if (!drawn().has(String(data.unit_id))) return;
  panel().put("units", { id: data.unit_id, lon: data.longitude, lat: data.latitude });
  const cell = place.querySelector(`tr[data-unit="${data.unit_id}"] [data-fix]`);
  if (cell) cell.textContent = clock(data.at);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const table = event.target.closest("[data-duty-table]");
  if (!table || !panel()) return;
  const rows = [...table.querySelectorAll("tr[data-unit]")];
  const present = new Set(rows.map((row) => row.dataset.unit));
  for (const id of [...drawn().keys()]) if (!present.has(id)) panel().drop("units", id);
  for (const { dataset } of rows) {
    panel().put("units", {
      id: dataset.unit, lon: Number(dataset.lon), lat: Number(dataset.lat),
      tone: dataset.tone, name: dataset.name,
    });
  }
});
