// The map of incidents and units, kept up by news.

import "./dispatch.css";
import { pageData } from "./api.js";

const LIVE = new Set(["OPEN", "RETURNED", "DISPATCHED", "ACCEPTED", "ARRIVED", "HANDLING", "FEEDBACK"]);
const WAITING = new Set(["OPEN", "RETURNED"]);

/** Let a map panel follow incidents, units and positions. */
export function follow(panel, page) {
  document.addEventListener("live:incidents", (event) => {
    const card = event.detail.data;
    if (!LIVE.has(card.status)) panel.drop("incidents", card.id);
    else if (card.lon !== null) panel.put("incidents", incidentThing(card, page));
  });
  document.addEventListener("live:positions", (event) => {
    const fix = event.detail.data;
    panel.put("units", { id: fix.unit_id, lon: fix.longitude, lat: fix.latitude, name: fix.call_sign });
  });
  document.addEventListener("live:units", (event) => {
    const news = event.detail.data;
    const thing = panel.layers.get("units").known.get(String(news.unit_id));
    if (thing) panel.put("units", { id: news.unit_id, tone: event.detail.kind === "busy" ? "info" : "success" });
  });
}

export function incidentThing(card, page) {
  return {
    id: card.id, lon: card.lon, lat: card.lat, version: card.version, mark: card.grade,
    name: page.labels.category[card.category] || card.category,
    tone: WAITING.has(card.status) ? "danger" : "warning",
    pulse: WAITING.has(card.status) || card.is_escalated,
    href: page.incident.replace("/0", `/${card.id}`),
  };
}

const place = document.getElementById("command-map");
if (place && place.map) follow(place.map, pageData());
