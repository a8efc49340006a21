import { resolve } from "node:path";
import { defineConfig } from "vite";

const source = (name) => resolve(import.meta.dirname, "src", name);

// The map worker does its work on being loaded, which its package denies.
const worksBySideEffects = {
  name: "works-by-side-effects",
  enforce: "pre",
  async resolveId(name, importer, options) {
    if (!name.includes("maplibre-gl-worker")) return null;
    const found = await this.resolve(name, importer, { ...options, skipSelf: true });
    return { ...found, moduleSideEffects: true };
  },
};

export default defineConfig({
  // Every address inside a built file is relative to that file, so it holds below any STATIC_URL.
  base: "./",
  publicDir: false,
  build: {
    target: "chrome90",
    cssTarget: "chrome90",
    outDir: resolve(import.meta.dirname, "../src/luchang/screens/static/built"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: ["app.css", "app.js", "map.js", "charts.js", "desk.js", "board.js", "command_map.js", "incident.js", "patrol.js", "record.js"].map(source),
    },
  },
  worker: { format: "es", plugins: () => [worksBySideEffects] },
});
