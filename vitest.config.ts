import { defineConfig } from "vitest/config";

// Parts that need an engine, a gateway or a browser run one file at a time: two cores, one engine.
const oneAtATime = {
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 300_000,
  // What is waited for comes when it comes, on a busy machine late.
  expect: { poll: { timeout: 30_000 } },
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 } },
      { test: { name: "integration", include: ["test/integration/**/*.test.ts"], ...oneAtATime } },
      { test: { name: "screenshots", include: ["test/host/screenshots.ts"], ...oneAtATime } },
      { test: { name: "e2e", include: ["test/host/end-to-end/**/*.test.ts"], ...oneAtATime } },
    ],
  },
});
