/** @type {import('jest').Config} */
export default {
  testEnvironment: "node",
  // Jest leaves one core idle by default, which on two cores means one file at a time.
  maxWorkers: "100%",
  roots: ["<rootDir>/test"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "typescript" } },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
};
