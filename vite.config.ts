/// <reference types="node" />
/** Front end: the entries of the kit and of the rooms, hashed, with a manifest. */
import { existsSync, readdirSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const ROOMS = "src/dongxun";

/** Every `src/dongxun/<room>/assets/<name>.ts` is an entry; modules live in folders below. */
function entries(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const room of readdirSync(ROOMS)) {
    const assets = `${ROOMS}/${room}/assets`;
    if (!existsSync(assets)) continue;
    for (const file of readdirSync(assets)) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const name = file.slice(0, -3);
      found[room === "kit" ? name : `${room}-${name}`] = `${assets}/${file}`;
    }
  }
  return found;
}

/** The service worker is loaded as a classic script, so it must stand alone. */
const workerStandsAlone: Plugin = {
  name: "worker-stands-alone",
  generateBundle(_, bundle) {
    const worker = bundle["sw.js"];
    if (worker?.type === "chunk" && worker.imports.length > 0) {
      this.error(`sw.ts shares modules with other entries: ${worker.imports.join(", ")}`);
    }
  },
};

export default defineConfig({
  base: "/static/",
  publicDir: false,
  plugins: [workerStandsAlone],
  build: {
    outDir: "build/assets",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome87", "ios14", "safari14"],
    cssTarget: ["chrome87", "ios14", "safari14"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { eval: false }, // htmx holds one; the CSP and allowEval = false keep it asleep
      input: entries(),
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "[name]-[hash].js"),
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
