// Fills coordinate fields from taps on the map beside the form.
// data-pick-ends: pairs of field names, one pair a tap, in turn: "start_lon,start_lat end_lon,end_lat".

for (const place of document.querySelectorAll("[data-pick]")) {
  const ends = place.dataset.pickEnds.split(" ").map((pair) => pair.split(","));
  let turn = 0;
  place.addEventListener("map:place", (event) => {
    const { lon, lat } = event.detail;
    const [lonName, latName] = ends[turn];
    const fill = (name, value) => {
      const input = place.querySelector(`[name="${name}"]`);
      input.value = value.toFixed(6);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    fill(lonName, lon);
    fill(latName, lat);
    const panel = place.querySelector("[data-map]");
    if (panel.map) panel.map.put("picked", { id: `picked${turn}`, lon, lat, tone: turn ? "warning" : "danger", name: String.fromCharCode(65 + turn) });
    turn = (turn + 1) % ends.length;
  });
}
