/** Tests of the front end; each stands beside what it tests. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "happy-dom",
    include: ["src/dongxun/*/assets/**/*.test.ts"],
    passWithNoTests: true,
    testTimeout: 60_000, // a machine may lend us a tenth of a processor
    hookTimeout: 60_000,
  },
});
