// How the base map looks, by day and by night. Tiles are our own: layers water, green, roads,
// boundaries and places, each with `name`; roads carry `class` as OpenStreetMap spells it.

const DAY = {
  ground: "#f3f5f8", water: "#c3daf0", green: "#dfeede", boundary: "#9aa8bd", casing: "#ccd5e0",
  minor: "#ffffff", main: "#ffffff", trunk: "#ffe6b0", motorway: "#ffcf87", text: "#33415c",
  halo: "#ffffff", waterText: "#4a7bab",
};
const NIGHT = {
  ground: "#0e1626", water: "#14304d", green: "#12251f", boundary: "#4a5d80", casing: "#0a101c",
  minor: "#1f2d46", main: "#2b3d5d", trunk: "#4a4a3c", motorway: "#5c5039", text: "#b9c8e2",
  halo: "#0e1626", waterText: "#6fa3d4",
};
export const tones = (dark) => (dark
  ? { danger: "#ff6b6b", warning: "#ffb84d", primary: "#5b9bff", success: "#4fd08a", info: "#4cc9f0", secondary: "#8fa1bf", ink: "#0e1626" }
  : { danger: "#d92d20", warning: "#dc8400", primary: "#1a5fc4", success: "#16884a", info: "#0b84a5", secondary: "#66758f", ink: "#ffffff" });

const GRADES = [
  ["minor", ["residential", "unclassified", "living_street", "service", "road"], 12, [12, 0.6, 18, 12]],
  ["main", ["secondary", "tertiary", "secondary_link", "tertiary_link"], 9, [9, 0.6, 13, 3, 18, 20]],
  ["trunk", ["primary", "trunk", "primary_link", "trunk_link"], 6, [7, 0.8, 13, 4.5, 18, 26]],
  ["motorway", ["motorway", "motorway_link"], 5, [6, 1, 13, 5, 18, 28]],
];

const widened = (stops, by) => stops.map((value, index) => (index % 2 ? value + by : value));
const FONT = ["Noto Sans CJK SC"];

function roads(colours, source) {
  const of = ([grade, classes, minzoom], suffix, paint) => ({
    id: `road-${grade}${suffix}`, type: "line", source, "source-layer": "roads", minzoom,
    filter: ["match", ["get", "class"], classes, true, false],
    layout: { "line-cap": "round", "line-join": "round" }, paint,
  });
  const width = (stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
  return [
    ...GRADES.map((grade) => of(grade, "-casing", {
      "line-color": colours.casing, "line-width": width(widened(grade[3], 1.6)),
    })),
    ...GRADES.map((grade) => of(grade, "", {
      "line-color": colours[grade[0]], "line-width": width(grade[3]),
    })),
  ];
}

function words(colours, source) {
  const paint = { "text-color": colours.text, "text-halo-color": colours.halo, "text-halo-width": 1.4 };
  return [
    {
      id: "road-name", type: "symbol", source, "source-layer": "roads", minzoom: 12.5,
      filter: ["has", "name"],
      layout: {
        "symbol-placement": "line", "text-field": ["get", "name"], "text-size": 11.5, "text-font": FONT,
        "symbol-spacing": 320, "text-padding": 8,
      },
      paint,
    },
    {
      id: "water-name", type: "symbol", source, "source-layer": "water", minzoom: 10,
      filter: ["has", "name"],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-size": 13, "text-font": FONT, "text-letter-spacing": 0.2 },
      paint: { ...paint, "text-color": colours.waterText },
    },
    {
      id: "place-name", type: "symbol", source, "source-layer": "places",
      layout: {
        "text-field": ["get", "name"], "text-font": FONT, "text-padding": 6,
        "text-size": ["match", ["get", "class"], ["city", "county", "district"], 15, 12],
        "symbol-sort-key": ["match", ["get", "class"], ["city", "county", "district"], 0, 1],
      },
      paint,
    },
  ];
}

/** A whole MapLibre style over `tiles` (an address of a .pmtiles file) or over nothing at all. */
export function style(tiles, dark) {
  const colours = dark ? NIGHT : DAY;
  const ground = { id: "ground", type: "background", paint: { "background-color": colours.ground } };
  if (!tiles) return { version: 8, sources: {}, layers: [ground] };
  const source = "base";
  const area = (id, colour) => ({
    id, type: "fill", source, "source-layer": id, filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": colour },
  });
  return {
    version: 8,
    sources: { [source]: { type: "vector", url: `pmtiles://${new URL(tiles, location.href)}` } },
    layers: [
      ground,
      area("green", colours.green),
      area("water", colours.water),
      {
        id: "river", type: "line", source, "source-layer": "water", filter: ["==", ["geometry-type"], "LineString"],
        paint: { "line-color": colours.water, "line-width": ["interpolate", ["exponential", 1.6], ["zoom"], 8, 1.5, 14, 14] },
      },
      {
        id: "boundary", type: "line", source, "source-layer": "boundaries",
        paint: { "line-color": colours.boundary, "line-width": 1.2, "line-dasharray": [4, 2, 1, 2] },
      },
      ...roads(colours, source),
      ...words(colours, source),
    ],
  };
}

const toned = (dark) => {
  const colours = tones(dark);
  return ["match", ["get", "tone"], ...["danger", "warning", "success", "info", "secondary"].flatMap((tone) => [tone, colours[tone]]), colours.primary];
};

/** Of a whole city the marks are small, so that names and roads stay legible; near by they are full. */
const grown = (full) => ["interpolate", ["linear"], ["zoom"], 7, full * 0.5, 12, full];

const RADIUS = { incident: 11, unit: 10, camera: 4, junction: 4 };

/** The MapLibre layers that draw one of our layers of things. */
export function drawn(layer, dark) {
  const colours = tones(dark);
  const base = { source: layer.id };
  if (layer.kind === "line") {
    return [{ ...base, id: layer.id, type: "line", layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": toned(dark), "line-width": 5, "line-opacity": 0.85 } }];
  }
  if (layer.kind === "area") {
    return [
      { ...base, id: layer.id, type: "fill", paint: { "fill-color": toned(dark), "fill-opacity": 0.14 } },
      { ...base, id: `${layer.id}-edge`, type: "line", paint: { "line-color": toned(dark), "line-width": 1.5 } },
    ];
  }
  const radius = RADIUS[layer.kind] || 7;
  const small = radius < 6;
  const layers = [
    { ...base, id: `${layer.id}-halo`, type: "circle", filter: ["==", ["get", "pulse"], true],
      paint: { "circle-radius": grown(radius * 2.1), "circle-color": toned(dark), "circle-opacity": 0.22 } },
    { ...base, id: layer.id, type: "circle", minzoom: small ? 11 : 0,
      paint: { "circle-radius": small ? radius : grown(radius), "circle-color": toned(dark), "circle-stroke-width": small ? 1 : ["interpolate", ["linear"], ["zoom"], 7, 1, 12, 2],
        "circle-stroke-color": colours.ink } },
  ];
  if (small) return layers;
  return [
    ...layers,
    { ...base, id: `${layer.id}-mark`, type: "symbol", filter: ["has", "mark"],
      layout: { "text-field": ["get", "mark"], "text-size": grown(12), "text-font": FONT, "text-allow-overlap": true, "text-ignore-placement": true },
      paint: { "text-color": colours.ink } },
    { ...base, id: `${layer.id}-name`, type: "symbol", minzoom: layer.kind === "unit" ? 12 : 10, filter: ["has", "name"],
      layout: { "text-field": ["get", "name"], "text-size": 12, "text-font": FONT, "text-anchor": "top",
        "text-offset": [0, 1.1], "text-optional": true },
      paint: { "text-color": dark ? "#dbe6fb" : "#1b2a45", "text-halo-color": dark ? "#0e1626" : "#ffffff", "text-halo-width": 1.6 } },
  ];
}
