// The board: every live incident in the column of its state, drawn anew on news, never reloaded.

import "./dispatch.css";
import { GRADE_TONES, badge, countingClock, filled, make, pageData } from "./api.js";
import { now } from "./page.js";

const page = pageData();
const board = document.getElementById("board");
const columns = [...board.querySelectorAll("[data-column]")];
const columnOf = new Map(columns.flatMap((column) => column.dataset.column.split(" ").map((status) => [status, column])));
const known = new Map();
const drawn = new Map();

function take(card) {
  const before = known.get(card.id);
  if (before && before.version > card.version) return;
  known.set(card.id, card);
  draw(card, before);
}

function draw(card, before) {
  const old = drawn.get(card.id);
  const column = columnOf.get(card.status);
  if (old) old.remove();
  drawn.delete(card.id);
  if (column) {
    const item = cardElement(card);
    if (!before) item.classList.add("is-new");
    else if (before.status !== card.status) item.classList.add("is-moved");
    drawn.set(card.id, item);
    place(column.querySelector(".d-cards"), item, card);
    filter(item, card);
  } else {
    known.set(card.id, card);
  }
}

const before = (one, other) => one.grade - other.grade || Date.parse(one.received_at) - Date.parse(other.received_at) || one.id - other.id;

function place(list, item, card) {
  const next = [...list.children].find((each) => before(card, known.get(Number(each.dataset.id))) < 0);
  list.insertBefore(item, next || null);
}

function cardElement(card) {
  const item = make("li", `d-card lc-tone-${GRADE_TONES[card.grade]}`);
  item.dataset.id = card.id;
  const link = make("a", "d-card-link");
  link.href = page.incident.replace("/0", `/${card.id}`);
  const head = make("span", "d-card-head");
  head.append(badge(page.labels.grade[card.grade], GRADE_TONES[card.grade]));
  head.append(make("strong", "", page.labels.category[card.category] || card.category));
  const since = make("span", "lc-clock d-since");
  since.dataset.elapsed = card.received_at;
  const digits = make("span", "", "--:--");
  digits.dataset.clock = "";
  since.append(digits);
  head.append(since);
  link.append(head, make("span", "d-card-place", card.address));
  const marks = make("span", "d-card-marks");
  if (card.is_escalated) marks.append(badge(page.texts.escalated, "danger"));
  if (card.has_hazardous_goods) marks.append(badge(page.texts.hazardous, "danger"));
  if (card.call_count > 1) marks.append(badge(filled(page.texts.calls, { count: card.call_count }), "info"));
  if (card.is_demo) marks.append(badge(page.texts.demo, "neutral"));
  const units = card.dispatches.filter((sent) => !["CANCELLED", "RETURNED", "FINISHED"].includes(sent.status));
  for (const sent of units) marks.append(badge(`${sent.target} ${page.labels.dispatch[sent.status]}`, "primary"));
  if (!units.length && ["OPEN", "RETURNED"].includes(card.status)) marks.append(make("span", "lc-soft lc-small", page.texts.nobody));
  link.append(marks);
  const foot = make("span", "d-card-foot");
  foot.append(make("span", "lc-soft lc-small", `${card.organisation} · ${card.number}`));
  if (card.clock) foot.append(countingClock(card.clock, page.labels.clock[card.clock.clock]));
  link.append(foot);
  item.append(link);
  return item;
}

// Filters are kept in this window's address, so that a wall screen opens as it was set.

const find = document.getElementById("board-find");
const late = document.getElementById("board-late");
const grades = [...document.querySelectorAll("[data-grade]")];

function isLate(card) {
  return card.is_escalated || (card.clock && Date.parse(card.clock.due) < now());
}

function filter(item, card) {
  const words = find.value.trim().toLowerCase();
  const text = [card.address, card.number, card.organisation, page.labels.category[card.category], ...card.dispatches.map((sent) => sent.target)]
    .join(" ").toLowerCase();
  const wanted = grades.find((box) => box.dataset.grade === card.grade);
  item.hidden = (wanted && !wanted.checked) || (late.checked && !isLate(card)) || (words !== "" && !text.includes(words));
}

function filterAll() {
  for (const [id, item] of drawn) filter(item, known.get(id));
  count();
}

function count() {
  for (const column of columns) {
    const shown = [...column.querySelectorAll(".d-card")].filter((item) => !item.hidden).length;
    column.querySelector(".d-count").textContent = shown;
  }
}

for (const control of [find, late, ...grades]) control.addEventListener("input", filterAll);

// Sound: off until somebody turns it on; remembered on this machine.

const sound = document.getElementById("board-sound");
const remembered = "lc-board-sound";
try { sound.checked = localStorage.getItem(remembered) === "on"; } catch (denied) { /* private window */ }
let audio = null;
sound.addEventListener("change", () => {
  try { localStorage.setItem(remembered, sound.checked ? "on" : "off"); } catch (denied) { /* private window */ }
  if (sound.checked) beep(660);
});

function beep(pitch) {
  if (!sound.checked) return;
  audio = audio || new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.15, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.5);
}

document.addEventListener("live:incidents", (event) => {
  take(event.detail.data);
  count();
  if (event.detail.kind === "registered") beep(880);
  if (event.detail.kind === "escalated") beep(440);
});

page.cards.forEach(take);
for (const item of drawn.values()) item.classList.remove("is-new");
count();
