// The alarm desk: news are heard, seen in the title, and worked through by keys.

const place = document.querySelector("#alarms");
const sound = document.querySelector("#alarm-sound");
const REMEMBERED = "lc-alarm-sound";
const PITCHES = { STOP: [988, 784, 988], REPORT: [784] };
const BEAT_S = 0.22;

let audio = null;
let chosen = null;
let unseen = 0;
const title = document.title;

function beep(pitches) {
  if (!sound.checked) return;
  audio = audio || new AudioContext();
  pitches.forEach((pitch, beat) => {
    const begin = audio.currentTime + beat * BEAT_S;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.2, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + BEAT_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + BEAT_S);
  });
}

function count(change) {
  unseen = document.hidden ? unseen + change : 0;
  document.title = unseen ? `(${unseen}) ${place.dataset.new}` : title;
}

const cards = () => [...place.querySelectorAll("[data-alarm]")];
const current = () => cards().find((card) => card.dataset.alarm === chosen);

function choose(card) {
  chosen = card ? card.dataset.alarm : null;
  for (const each of cards()) each.classList.toggle("is-chosen", each === card);
  if (card) card.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = cards();
  const here = all.indexOf(current());
  choose(all[Math.min(Math.max(here + by, 0), all.length - 1)]);
}

async function sign(form) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
  if (answer.ok) place.dispatchEvent(new CustomEvent("refresh"));
  else window.location.assign(answer.url);
}

const DEEDS = {
  j: () => step(1),
  k: () => step(-1),
  s: (card) => { const form = card.querySelector("[data-sign]"); if (form) sign(form); },
  f: (card) => card.querySelector("[data-answer]").click(),
  Enter: (card) => card.querySelector("[data-open]").click(),
};

const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|BUTTON|A)$/.test(target.tagName);

if (place && sound) {
  try { sound.checked = localStorage.getItem(REMEMBERED) === "on"; } catch (denied) { /* private window */ }
  sound.addEventListener("change", () => {
    try { localStorage.setItem(REMEMBERED, sound.checked ? "on" : "off"); } catch (denied) { /* private window */ }
    beep([784]);
  });
  document.addEventListener("live:alarms", ({ detail: { kind, data } }) => {
    if (kind !== "raised" && kind !== "lifted") return;
    count(1);
    if (!data.is_late) beep(PITCHES[data.response] || [784]);
  });
  document.addEventListener("visibilitychange", () => count(0));
  place.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign]")) return;
    event.preventDefault();
    sign(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const deed = DEEDS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed) return;
    const card = current() || cards()[0];
    if (!card) return;
    event.preventDefault();
    deed(card);
  });
  document.addEventListener("htmx:afterSwap", () => choose(current() || null));
}
