// Clocks: the wall clock, time passed since, time left until. By the server's clock.

import { now, text } from "./page.js";

const two = (number) => String(number).padStart(2, "0");

function spelled(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const days = Math.floor(whole / 86400);
  const hours = Math.floor((whole % 86400) / 3600);
  const clock = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  if (days) return text("days_clock", { days, clock: `${two(hours)}:${clock}` });
  return hours ? `${two(hours)}:${clock}` : clock;
}

function count(place, at) {
  const until = place.dataset.countdown;
  const left = until ? (Date.parse(until) - at) / 1000 : (at - Date.parse(place.dataset.elapsed)) / 1000;
  const words = place.querySelector("[data-clock]") || place;
  words.textContent = (until && left < 0 ? "+" : "") + spelled(left);
  const warn = Number(place.dataset.warn || 60);
  const state = until ? (left < 0 ? "over" : left <= warn ? "near" : "calm") : elapsedState(place, left);
  if (place.dataset.state !== state) place.dataset.state = state;
}

function elapsedState(place, passed) {
  const limit = Number(place.dataset.limit || 0);
  if (!limit) return "calm";
  return passed >= limit ? "over" : passed >= limit * 0.75 ? "near" : "calm";
}

const wall = new Intl.DateTimeFormat(document.documentElement.lang || "zh", {
  timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});
const day = new Intl.DateTimeFormat(document.documentElement.lang || "zh", {
  timeZone: "Asia/Shanghai", year: "numeric", month: "long", day: "numeric", weekday: "long",
});

function tick() {
  const at = now();
  for (const place of document.querySelectorAll("[data-countdown],[data-elapsed]")) count(place, at);
  for (const place of document.querySelectorAll("[data-wall-clock]")) place.textContent = wall.format(at);
  for (const place of document.querySelectorAll("[data-wall-day]")) place.textContent = day.format(at);
}

tick();
window.setInterval(tick, 1000);
document.addEventListener("htmx:load", tick);
