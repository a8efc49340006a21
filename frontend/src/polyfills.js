// What maplibre-gl and pmtiles call and Chromium 90 lacks. Imported first by every bundle and worker.

const define = (target, name, value) => {
  if (!(name in target)) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true });
  }
};

function at(index) {
  const length = this.length;
  const whole = Math.trunc(index) || 0;
  return this[whole < 0 ? length + whole : whole];
}

for (const kind of [Array, String, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array,
  Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array]) {
  define(kind.prototype, "at", at);
}

define(Object, "hasOwn", (object, key) => Object.prototype.hasOwnProperty.call(Object(object), key));

define(Array.prototype, "findLast", function findLast(matches, self) {
  for (let index = this.length - 1; index >= 0; index -= 1) {
    if (matches.call(self, this[index], index, this)) return this[index];
  }
  return undefined;
});

define(Array.prototype, "findLastIndex", function findLastIndex(matches, self) {
  for (let index = this.length - 1; index >= 0; index -= 1) {
    if (matches.call(self, this[index], index, this)) return index;
  }
  return -1;
});

define(Array.prototype, "toSorted", function toSorted(compare) {
  return [...this].sort(compare);
});

define(Array.prototype, "toReversed", function toReversed() {
  return [...this].reverse();
});

define(Array.prototype, "with", function replaced(index, value) {
  const copy = [...this];
  copy[index < 0 ? copy.length + index : index] = value;
  return copy;
});

// Plain data and typed arrays only: nobody here clones maps, dates or cycles.
define(globalThis, "structuredClone", function clone(value) {
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value)) return value.slice();
  if (Array.isArray(value)) return value.map((item) => clone(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clone(item)]));
});

if (typeof AbortSignal !== "undefined") {
  define(AbortSignal.prototype, "throwIfAborted", function throwIfAborted() {
    if (this.aborted) throw this.reason || new DOMException("aborted", "AbortError");
  });
}
