// The one stream of a page: /live, by server-sent events, resumed where it stopped.
//
// A page names its topics on an element: data-live="incident,position" data-since="4711".
// Every change is dispatched on document as `live:<topic>`, detail {kind, data, seq}.
// The state of the connection stands in document.documentElement.dataset.live and in every
// [data-live-state]: connecting, on, off.

import { text } from "./page.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
const REST_AFTER_MS = 60000;

class Stream {
  constructor(address, topics, since) {
    this.address = address;
    this.topics = topics;
    this.since = since;
    this.wait = FIRST_WAIT_MS;
    this.timer = 0;
    this.source = null;
  }

  open() {
    window.clearTimeout(this.timer);
    if (this.source) this.source.close();
    show("connecting");
    const query = new URLSearchParams({ topics: this.topics.join(",") });
    if (this.since) query.set("since", this.since);
    this.source = new EventSource(`${this.address}?${query}`);
    this.source.onopen = () => { this.wait = FIRST_WAIT_MS; show("on"); };
    this.source.onerror = () => this.retry();
    this.source.addEventListener("point", (event) => { this.since = event.lastEventId; });
    this.source.addEventListener("again", () => this.open());
    this.source.addEventListener("reset", () => window.location.reload());
    for (const topic of this.topics) this.source.addEventListener(topic, (event) => this.pass(topic, event));
  }

  pass(topic, event) {
    if (event.lastEventId) this.since = event.lastEventId;
    const { kind, data } = JSON.parse(event.data);
    document.dispatchEvent(
      new CustomEvent(`live:${topic}`, { detail: { kind, data, seq: Number(event.lastEventId || 0) } }),
    );
  }

  /** The browser tries again by itself only after some failures; we always do, ever more rarely. */
  retry() {
    this.source.close();
    show("off");
    window.clearTimeout(this.timer);
    const spread = 0.5 + Math.random();
    this.timer = window.setTimeout(() => this.open(), this.wait * spread);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }

  close() {
    window.clearTimeout(this.timer);
    if (this.source) this.source.close();
  }
}

function show(state) {
  if (document.documentElement.dataset.live !== state) {
    document.documentElement.dataset.live = state;
    document.dispatchEvent(new CustomEvent("live:state", { detail: { state } }));
  }
  for (const place of document.querySelectorAll("[data-live-state]")) {
    place.dataset.liveState = state;
    const words = place.querySelector("[data-live-words]") || place;
    words.textContent = text(`live_${state}`);
  }
}

/** Browsers open six connections to a host: windows nobody looks at must not hold them all. */
function restWhileHidden(stream) {
  let timer = 0;
  let resting = false;
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(timer);
    if (document.hidden) {
      timer = window.setTimeout(() => { resting = true; stream.close(); }, REST_AFTER_MS);
    } else if (resting) {
      resting = false;
      stream.open();
      document.querySelectorAll("[data-refresh-on]").forEach(refresh);
    }
  });
}

function start() {
  const address = document.body.dataset.liveAddress;
  const asking = [...document.querySelectorAll("[data-live]")];
  const topics = [...new Set(asking.flatMap((place) => place.dataset.live.split(",")))].filter(Boolean);
  if (!address || !topics.length) return;
  const points = asking.map((place) => Number(place.dataset.since || 0)).filter(Boolean);
  const stream = new Stream(address, topics, points.length ? String(Math.min(...points)) : "");
  stream.open();
  window.addEventListener("online", () => stream.open());
  window.addEventListener("offline", () => stream.retry());
  restWhileHidden(stream);
  window.addEventListener("pagehide", () => stream.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) stream.open(); });
}

// A fragment that names a topic is fetched anew when that topic has news:
// <div hx-get="..." hx-trigger="refresh" data-refresh-on="incident">
const waiting = new WeakMap();
const REFRESH_GAP_MS = 400; // data-refresh-gap on the fragment: how long news may gather

function refresh(place) {
  if (waiting.has(place)) return;
  waiting.set(place, window.setTimeout(() => {
    waiting.delete(place);
    place.dispatchEvent(new CustomEvent("refresh"));
  }, Number(place.dataset.refreshGap || REFRESH_GAP_MS)));
}

// data-refresh-id: only news of that record counts.
const concerns = (place, { id }) => !place.dataset.refreshId || id === undefined || String(id) === place.dataset.refreshId;

const heard = new Set();
function hearFor(root) {
  for (const place of root.querySelectorAll("[data-refresh-on]")) {
    for (const topic of place.dataset.refreshOn.split(",")) {
      if (heard.has(topic)) continue;
      heard.add(topic);
      document.addEventListener(`live:${topic}`, ({ detail }) => {
        for (const each of document.querySelectorAll("[data-refresh-on]")) {
          if (each.dataset.refreshOn.split(",").includes(topic) && concerns(each, detail.data)) refresh(each);
        }
      });
    }
  }
}
hearFor(document);
document.addEventListener("htmx:load", () => hearFor(document));

start();
