/// <reference types="node" />
/** Front end: the kit's entries, hashed, with a manifest that django-vite reads. */
import { defineConfig, type Plugin } from "vite";

const ASSETS = "src/dongxun/kit/assets";

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
      input: {
        console: `${ASSETS}/console.ts`,
        phone: `${ASSETS}/phone.ts`,
        checkin: `${ASSETS}/checkin.ts`,
        public: `${ASSETS}/public.ts`,
        sw: `${ASSETS}/sw.ts`,
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === "sw" ? "sw.js" : "[name]-[hash].js"),
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
