// The operator's desk: place, category, and a number key. What is typed survives everything.

import "./dispatch.css";
import { GRADE_TONES, ask, badge, filled, freshKey, make, pageData } from "./api.js";
import { follow } from "./command_map.js";
import { now, typing } from "./page.js";
import { toast } from "./toast.js";

const page = pageData();
const texts = page.texts;
const at = (id) => document.getElementById(id);
const panel = at("desk-map").map;
const DRAFT = "lc-desk-draft";
const RETRY_MS = 4000;
const TEXT_FIELDS = ["place", "category", "grade", "caller_number", "caller_name", "plates", "injured", "description", "fled_vehicle", "channel"];
const BOXES = ["has_hazardous_goods", "is_hit_and_run"];

/** Everything about the call at hand. */
let call = empty();
let advice = null;
let similar = [];
let retrying = 0;

function empty() {
  return { key: freshKey(), since: null, point: null, area: "", category: "", incident: null, fields: {} };
}

// The draft

function keep() {
  for (const id of TEXT_FIELDS) call.fields[id] = at(id).value;
  for (const id of BOXES) call.fields[id] = at(id).checked;
  try {
    localStorage.setItem(DRAFT, JSON.stringify(call));
    if (call.since && !call.incident) say(texts.draft);
  } catch (full) { /* the form itself still holds it */ }
}

function restore() {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(DRAFT) || "null"); } catch (broken) { /* begin anew */ }
  if (!kept || !kept.since) return;
  call = kept;
  for (const id of TEXT_FIELDS) if (kept.fields[id] !== undefined) at(id).value = kept.fields[id];
  for (const id of BOXES) at(id).checked = Boolean(kept.fields[id]);
  say(texts.restored);
  showTimer();
  showFled();
  if (call.point) mark();
  consider();
}

function begin() {
  if (call.since) return;
  call.since = new Date(now()).toISOString();
  showTimer();
}

function showTimer() {
  const timer = at("desk-timer");
  timer.hidden = !call.since;
  timer.dataset.elapsed = call.since || "";
}

function anew() {
  window.clearTimeout(retrying);
  call = empty();
  advice = null;
  similar = [];
  at("call-form").reset();
  at("place-note").textContent = "";
  alarm("");
  say("");
  showTimer();
  showFled();
  drawUnits();
  drawSimilar();
  panel.drop("incidents", "call");
  panel.drop("route", "route");
  try { localStorage.removeItem(DRAFT); } catch (denied) { /* nothing was kept */ }
  at("place").focus();
}

const say = (words) => { at("desk-state").textContent = words; };

function alarm(words) {
  at("desk-alert").hidden = !words;
  at("desk-alert").textContent = words;
}

// Fields that suggest

function suggest(id, find, choose) {
  const field = at(id);
  const options = at(`${id}-list`);
  let found = [];
  let here = 0;
  const close = () => { options.hidden = true; field.setAttribute("aria-expanded", "false"); };
  const draw = () => {
    options.replaceChildren(...found.map((each, index) => {
      const line = make("li", index === here ? "is-here" : "", each.label);
      line.id = `${id}-option-${index}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(index === here));
      if (each.note) line.append(make("span", "lc-soft lc-small", each.note));
      line.addEventListener("mousedown", (event) => { event.preventDefault(); take(index); });
      return line;
    }));
    options.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) field.setAttribute("aria-activedescendant", `${id}-option-${here}`);
  };
  const take = (index) => { if (found[index]) { choose(found[index]); close(); } };
  let asked = 0;
  field.addEventListener("input", async () => {
    const mine = ++asked;
    const result = await find(field.value.trim());
    if (mine !== asked) return;
    found = result;
    here = 0;
    draw();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      here = (here + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(found.length, 1);
      draw();
      event.preventDefault();
    } else if (event.key === "Enter" && !event.ctrlKey && found.length && !options.hidden) {
      take(here);
      event.preventDefault();
    } else if (event.key === "Escape") close();
  });
  field.addEventListener("blur", close);
}

let typed = 0;
const pause = (ms) => new Promise((done) => { window.setTimeout(done, ms); });

suggest("place", async (words) => {
  call.point = null;
  call.area = "";
  const mine = ++typed;
  await pause(120);
  if (mine !== typed || !words) return [];
  const { ok, said } = await ask("GET", `${page.api}places?${new URLSearchParams({ text: words })}`);
  if (!ok) return [];
  at("place-note").textContent = said.length ? "" : texts.none_found;
  return said.map((each) => ({ ...each, label: each.name, note: `${each.area} ${each.address}` }));
}, (place) => {
  at("place").value = place.name;
  call.area = place.area;
  locate(place.lon, place.lat, place.area);
  at("category").focus();
});

suggest("category", (words) => {
  call.category = "";
  const low = words.toLowerCase();
  if (!low) return [];
  return page.categories
    .filter((each) => each.code.startsWith(low) || each.initials.startsWith(low) || each.name.toLowerCase().includes(low))
    .map((each) => ({ ...each, label: `${each.code} ${each.name}`, note: each.group }));
}, (kind) => {
  call.category = kind.code;
  at("category").value = `${kind.code} ${kind.name}`;
  at("grade").value = kind.grade;
  at("caller_number").focus();
  touched();
});

function locate(lon, lat, note) {
  call.point = { lon, lat };
  at("place-note").textContent = note || "";
  mark();
  touched();
}

function mark() {
  const { lon, lat } = call.point;
  panel.put("incidents", { id: "call", lon, lat, tone: "danger", pulse: true, mark: "!" });
  panel.show(lon, lat, 14);
}

document.addEventListener("map:place", (event) => {
  const { lon, lat } = event.detail;
  begin();
  if (!at("place").value) at("place").value = filled(texts.picked, { lon: lon.toFixed(5), lat: lat.toFixed(5) });
  locate(lon, lat, "");
});

// What is known so far is enough to ask whom to send and what it repeats

let considered = 0;

async function consider() {
  const mine = ++considered;
  await pause(250);
  if (mine !== considered) return;
  await Promise.all([rank(mine), compare(mine)]);
}

async function rank(mine) {
  if (!call.point || !page.may_dispatch) return;
  if (!advice) at("units-note").textContent = texts.ranking;
  const body = { longitude: call.point.lon, latitude: call.point.lat, category: call.category || "90", grade: at("grade").value };
  const { ok, said } = call.incident
    ? await ask("POST", `${page.api}incidents/${call.incident.id}/advice`)
    : await ask("POST", `${page.api}advice`, { body });
  if (mine !== considered) return;
  advice = ok ? said : null;
  drawUnits(ok ? "" : said.message);
}

async function compare(mine) {
  if (call.incident) return;
  const body = {
    category: call.category, plates: plates(), phone: at("caller_number").value, text: at("description").value,
    ...(call.point ? { longitude: call.point.lon, latitude: call.point.lat } : {}),
  };
  if (!call.point && !body.plates.length && !body.phone) return;
  const { ok, said } = await ask("POST", `${page.api}duplicates`, { body });
  if (mine !== considered || !ok) return;
  similar = said;
  drawSimilar();
}

const plates = () => at("plates").value.split(/[\s,，、]+/).filter(Boolean).slice(0, 20);

function spoken(seconds) {
  const whole = Math.round(seconds);
  if (whole >= 3600) return filled(texts.hours, { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
  return filled(texts.minutes, { minutes: Math.floor(whole / 60), seconds: String(whole % 60).padStart(2, "0") });
}

function drawUnits(problem = "") {
  const list = at("units");
  list.replaceChildren();
  at("units-note").textContent = advice ? filled(texts.ranked, { count: advice.unit_count, ms: Math.round(advice.elapsed_ms) }) : "";
  if (!advice) {
    list.append(make("li", "lc-soft d-hint", problem || (page.may_dispatch ? texts.place_first : texts.may_not)));
    return;
  }
  if (!advice.candidates.length) list.append(make("li", "lc-soft d-hint", texts.no_units));
  advice.candidates.slice(0, 9).forEach((unit, index) => list.append(unitLine(unit, index)));
  const first = advice.candidates.find((unit) => unit.can_go);
  if (first) showRoute(first);
}

function unitLine(unit, index) {
  const line = make("li", unit.can_go ? "d-unit" : "d-unit is-out");
  const button = make("button", "d-unit-button");
  button.type = "button";
  button.disabled = !unit.can_go;
  button.dataset.unit = unit.unit_id;
  button.append(make("kbd", "", String(index + 1)), make("strong", "", unit.call_sign));
  button.append(make("span", "d-unit-eta", unit.can_go && unit.eta_s !== null ? filled(texts.eta, { time: spoken(unit.eta_s) }) : texts.cannot_go));
  button.append(make("span", "d-unit-why lc-soft", [unit.organisation, ...unit.words].join(" · ")));
  button.addEventListener("click", () => dispatch(index));
  button.addEventListener("focus", () => showRoute(unit));
  button.addEventListener("pointerenter", () => showRoute(unit));
  line.append(button);
  return line;
}

const routes = new Map();

async function showRoute(unit) {
  if (!advice) return;
  const name = `${advice.id}/${unit.unit_id}`;
  if (!routes.has(name)) {
    const { ok, said } = await ask("GET", `${page.api}advice/${advice.id}/routes/${unit.unit_id}`);
    routes.set(name, ok && said.coordinates.length > 1 ? said : null);
  }
  const geometry = routes.get(name);
  if (geometry && advice && name.startsWith(`${advice.id}/`)) panel.put("route", { id: "route", tone: "info", geometry });
  else panel.drop("route", "route");
}

function drawSimilar() {
  const list = at("duplicates");
  list.replaceChildren();
  if (!similar.length) {
    list.append(make("li", "lc-soft d-hint", texts.no_duplicates));
    return;
  }
  for (const each of similar) {
    const card = each.incident;
    const line = make("li", "d-same");
    const head = make("div", "d-same-head");
    head.append(badge(page.labels.grade[card.grade], GRADE_TONES[card.grade]), make("strong", "", page.labels.category[card.category] || card.category));
    head.append(badge(page.labels.status[card.status], "neutral"));
    line.append(head, make("div", "", card.address), make("div", "lc-soft lc-small", each.words.join(" · ")));
    const buttons = make("div", "d-same-buttons");
    for (const [link, words] of [["REPEAT", texts.link], ["CHASING", texts.chase]]) {
      const button = make("button", "btn btn-small btn-default", words);
      button.type = "button";
      button.addEventListener("click", () => join(card, link));
      buttons.append(button);
    }
    line.append(buttons);
    list.append(line);
  }
}

// Sending

const callFacts = () => ({
  channel: at("channel").value,
  caller_number: at("caller_number").value.trim(),
  caller_name: at("caller_name").value.trim(),
  queued_at: call.since,
  answered_at: call.since,
});

/** A street's name alone may be that of ten streets: the crew reads its district with it. */
function address() {
  const typed = at("place").value.trim();
  return call.area && !typed.includes(call.area) ? `${call.area} ${typed}` : typed;
}

function incidentFacts() {
  return {
    category: call.category, grade: at("grade").value, address: address(),
    longitude: call.point ? call.point.lon : null, latitude: call.point ? call.point.lat : null,
    description: at("description").value.trim(), plates: plates(),
    injured: at("injured").value === "" ? null : Number(at("injured").value),
    has_hazardous_goods: at("has_hazardous_goods").checked, is_hit_and_run: at("is_hit_and_run").checked,
    fled_vehicle: at("fled_vehicle").value.trim(),
  };
}

/** Register the call, again and again under the same key until the server has it. */
async function save(then = () => {}) {
  if (call.incident) return then();
  begin();
  keep();
  const body = { call: callFacts(), incident: incidentFacts() };
  const { ok, status, said, again } = await ask("POST", `${page.api}calls`, { body, key: call.key });
  if (ok) {
    call.incident = { id: said.incident_id, number: said.incident_number };
    alarm("");
    keep();
    say(filled(texts.saved, { number: said.incident_number }));
    panel.drop("incidents", "call");
    return then();
  }
  if (again) {
    alarm(status === 0 ? texts.offline : texts.unavailable);
    retrying = window.setTimeout(() => save(then), RETRY_MS);
    return undefined;
  }
  if (status === 409 && said.code === "key_reused") {
    call.key = freshKey();
    return save(then);
  }
  alarm(filled(texts.refused, { why: said.message || status }));
  return undefined;
}

async function dispatch(index) {
  const unit = advice && advice.candidates[index];
  if (!unit || !unit.can_go) return;
  if (!call.point) {
    alarm(texts.unlocated);
    return;
  }
  await save(async () => {
    const body = { target_id: unit.unit_id, advice_id: advice.id };
    const { ok, said, status } = await ask("POST", `${page.api}incidents/${call.incident.id}/dispatches`, { body });
    if (!ok) {
      alarm(filled(texts.refused, { why: said.message || status }));
      consider();
      return;
    }
    toast({ title: filled(texts.sent, { target: unit.call_sign }), body: at("place").value, kind: "success", href: page.incident.replace("/0", `/${call.incident.id}`) });
    anew();
  });
}

async function join(card, link) {
  begin();
  const body = { call: callFacts(), incident_id: card.id, link, note: at("description").value.trim() };
  const { ok, said, status, again } = await ask("POST", `${page.api}calls/repeat`, { body, key: call.key });
  if (ok) {
    toast({ title: filled(texts.repeat_saved, { number: card.number }), kind: "success" });
    anew();
  } else alarm(again ? texts.unavailable : filled(texts.refused, { why: said.message || status }));
}

// Listening

function showFled() { at("fled-field").hidden = !at("is_hit_and_run").checked; }

function touched() {
  begin();
  keep();
  consider();
}

for (const id of TEXT_FIELDS) {
  at(id).addEventListener("input", () => {
    begin();
    keep();
    if (id !== "place" && id !== "category") consider();
  });
}
for (const id of BOXES) at(id).addEventListener("change", () => { showFled(); keep(); });

at("call-form").addEventListener("submit", (event) => {
  event.preventDefault();
  save(() => { toast({ title: filled(texts.saved, { number: call.incident.number }), kind: "success" }); consider(); });
});
document.querySelector("[data-command=new]").addEventListener("click", anew);

const KEYS = {
  F2: anew,
  F4: () => at("place").focus(),
  F7: () => at("category").focus(),
  F8: () => at("call-form").requestSubmit(),
};

// Before the shell's own keys: at this desk Alt and a digit send a unit.
window.addEventListener("keydown", (event) => {
  const command = commandOf(event);
  if (!command) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  command();
}, true);

function commandOf(event) {
  if (KEYS[event.key]) return KEYS[event.key];
  const isDigit = /^Digit[1-9]$/.test(event.code) && !event.ctrlKey && !event.metaKey;
  if (isDigit && (event.altKey || !typing(event.target))) return () => dispatch(Number(event.code.slice(5)) - 1);
  if (event.code === "KeyR" && event.altKey && similar.length) return () => join(similar[0].incident, "REPEAT");
  return null;
}

// A unit sent or freed elsewhere changes the order of those left.
document.addEventListener("live:units", () => { if (call.point && !call.incident) consider(); });

follow(panel, page);
drawUnits();
drawSimilar();
restore();
at("place").focus();
