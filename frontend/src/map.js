// The map panel: <div data-map> with a JSON block {tiles, centre, zoom, bounds, layers: [...]}.
//
// A layer is {id, kind, topic, things: [{id, lon, lat, name, mark, tone, href, pulse, version}]};
// kind is incident, unit, camera, junction, line or area (the last two carry `geometry`).
// What is told on its topic moves, appears or (with `gone`) leaves. A page may do the same by
// element.map.put(layer, thing), .drop(layer, id), .show(lon, lat), and hears map:choose
// (detail {layer, id, thing}) and map:place (detail {lon, lat}).

import "./polyfills.js";
import "maplibre-gl/dist/maplibre-gl.css";
import * as maplibre from "maplibre-gl";
import { Protocol } from "pmtiles";
import workerAddress from "./map_worker.js?worker&url";
import { drawn, style } from "./map_style.js";
import { enhance, text } from "./page.js";

maplibre.setWorkerUrl(workerAddress);
maplibre.addProtocol("pmtiles", new Protocol().tile);

const root = document.documentElement;
const dark = () => root.dataset.bsTheme === "dark";
const GLIDE_MS = 1200;
const FRAME_MS = 50;
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const FONTS = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif";

/** One layer's things, those on the move drawn between where they were and where they are. */
class Things {
  constructor(layer) {
    this.layer = layer;
    this.known = new Map();
    this.moves = new Map();
    for (const thing of layer.things || []) this.known.set(String(thing.id), thing);
  }

  /** Take news of a thing; older than what is known is ignored. */
  put(thing) {
    const key = String(thing.id);
    const before = this.known.get(key);
    if (before && before.version !== undefined && thing.version < before.version) return;
    if (before && !still && thing.lon !== undefined && this.layer.kind === "unit") {
      const [lon, lat] = this.place(key, performance.now());
      this.moves.set(key, { lon, lat, start: performance.now() });
    }
    this.known.set(key, { ...before, ...thing });
  }

  drop(id) {
    this.known.delete(String(id));
    this.moves.delete(String(id));
  }

  place(key, at) {
    const thing = this.known.get(key);
    const move = this.moves.get(key);
    if (!move) return [thing.lon, thing.lat];
    const part = Math.min((at - move.start) / GLIDE_MS, 1);
    if (part >= 1) this.moves.delete(key);
    const eased = part * (2 - part);
    return [move.lon + (thing.lon - move.lon) * eased, move.lat + (thing.lat - move.lat) * eased];
  }

  features(at) {
    const list = [];
    for (const [key, thing] of this.known) {
      const { geometry, ...properties } = thing;
      list.push({
        type: "Feature",
        properties: { ...properties, key },
        geometry: geometry || { type: "Point", coordinates: this.place(key, at) },
      });
    }
    return { type: "FeatureCollection", features: list };
  }
}

class Panel {
  constructor(place) {
    this.place = place;
    this.asked = JSON.parse(place.querySelector("script[type='application/json']").textContent);
    this.layers = new Map((this.asked.layers || []).map((layer) => [layer.id, new Things(layer)]));
    this.drawnAt = 0;
    this.waiting = false;
    this.ready = false;
    this.make();
    this.listen();
  }

  make() {
    this.map = new maplibre.Map({
      container: this.place.querySelector(".lc-map-canvas"),
      style: style(this.asked.tiles, dark()),
      center: this.asked.centre || [113.13, 27.83],
      zoom: this.asked.zoom || 11,
      maxZoom: 18,
      minZoom: 5,
      localIdeographFontFamily: FONTS,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      canvasContextAttributes: { preserveDrawingBuffer: this.place.hasAttribute("data-still") },
      locale: {
        "NavigationControl.ZoomIn": text("zoom_in"),
        "NavigationControl.ZoomOut": text("zoom_out"),
        "Map.Title": text("map"),
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "bottom-right");
    this.map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-left");
    if (this.asked.bounds) this.map.fitBounds(this.asked.bounds, { padding: 40, duration: 0 });
    this.map.on("style.load", () => this.dress());
    this.map.on("idle", () => this.place.setAttribute("data-idle", ""));
    this.map.on("error", (event) => {
      this.place.setAttribute("data-broken", "");
      console.error(event.error);
    });
  }

  dress() {
    for (const [id, things] of this.layers) {
      if (!this.map.getSource(id)) {
        this.map.addSource(id, { type: "geojson", data: things.features(performance.now()) });
      }
      for (const part of drawn(things.layer, dark())) this.map.addLayer(part);
    }
    this.ready = true;
  }

  listen() {
    document.addEventListener("display:change", () => {
      this.ready = false;
      this.map.setStyle(style(this.asked.tiles, dark()), { diff: false });
    });
    for (const [id, things] of this.layers) {
      if (things.layer.topic) {
        document.addEventListener(`live:${things.layer.topic}`, (event) => this.hear(id, event.detail.data));
      }
      this.map.on("click", id, (event) => this.choose(id, event));
      this.map.on("mouseenter", id, () => { this.map.getCanvas().style.cursor = "pointer"; });
      this.map.on("mouseleave", id, () => { this.map.getCanvas().style.cursor = ""; });
    }
    this.map.on("click", (event) => {
      if (event.defaultPrevented) return;
      const { lng: lon, lat } = event.lngLat;
      this.place.dispatchEvent(new CustomEvent("map:place", { bubbles: true, detail: { lon, lat } }));
    });
    for (const box of this.place.querySelectorAll("[data-map-layer]")) {
      box.addEventListener("change", () => this.reveal(box.dataset.mapLayer, box.checked));
    }
  }

  hear(layer, news) {
    if (news.gone) this.drop(layer, news.id);
    else if (news.lon !== undefined || this.layers.get(layer).known.has(String(news.id))) this.put(layer, news);
  }

  put(layer, thing) {
    this.layers.get(layer).put(thing);
    this.draw();
  }

  drop(layer, id) {
    this.layers.get(layer).drop(id);
    this.draw();
  }

  show(lon, lat, zoom = 15) {
    this.map.flyTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), zoom), duration: still ? 0 : 700 });
  }

  reveal(layer, shown) {
    for (const part of drawn(this.layers.get(layer).layer, dark())) {
      if (this.map.getLayer(part.id)) this.map.setLayoutProperty(part.id, "visibility", shown ? "visible" : "none");
    }
  }

  choose(layer, event) {
    const [hit] = event.features;
    event.preventDefault();
    const thing = this.layers.get(layer).known.get(hit.properties.key);
    const heard = this.place.dispatchEvent(
      new CustomEvent("map:choose", { bubbles: true, cancelable: true, detail: { layer, id: thing.id, thing } }),
    );
    if (heard && thing.href) location.assign(thing.href);
  }

  /** Draw soon; while anything glides, again and again, at most twenty times a second. */
  draw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame((at) => {
      this.waiting = false;
      const moving = [...this.layers.values()].some((things) => things.moves.size);
      if (this.ready && at - this.drawnAt >= FRAME_MS) {
        this.drawnAt = at;
        for (const [id, things] of this.layers) this.map.getSource(id).setData(things.features(at));
      } else if (!moving) {
        window.setTimeout(() => this.draw(), FRAME_MS);
        return;
      }
      if (moving) this.draw();
    });
  }
}

enhance("[data-map]", (place) => {
  try {
    place.map = new Panel(place);
  } catch (error) {
    place.setAttribute("data-broken", "");
    console.error(error);
  }
});
