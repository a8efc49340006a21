// Puts the rows of a list on the map of its page, fetched apart so that the page is there at once.

const place = document.querySelector("[data-points]");
const panel = place.querySelector("[data-map]");

/** The map is made by another script; where it cannot be, it says so itself. */
const made = () => new Promise((resolve) => {
  const look = () => {
    if (panel.map) resolve(panel.map);
    else if (!panel.hasAttribute("data-broken")) requestAnimationFrame(look);
  };
  look();
});

async function fill() {
  const answer = await fetch(place.dataset.points, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`points: ${answer.status}`);
  const { pages, points } = await answer.json();
  const map = await made();
  for (const [id, lon, lat, name, tone] of points) {
    map.put("rows", { id, lon, lat, name, tone, href: `${pages}${id}` });
  }
  place.setAttribute("data-filled", String(points.length));
}

fill().catch((error) => {
  console.error(error);
  document.querySelector("[data-points-failed]").hidden = false;
});
