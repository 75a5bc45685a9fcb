// The arrows of the house (CONTRIBUTING.md, "Rooms"): who may import whom. Checked by `npm run check`.
const doors = "^src/(extension|cli|countersign|api)\\.ts$";
const mayImport = {
  agent: ["python", "memory", "data", "containers", "approval", "models", "config", "storage"],
  python: ["containers", "data", "approval", "models", "config", "storage"],
  memory: ["data", "approval", "models", "config", "storage"],
  data: ["approval", "config", "storage"],
  containers: ["approval", "config", "storage"],
  approval: ["config", "storage"],
  models: ["config", "storage"],
  config: [],
  storage: [],
};
const roomRules = Object.entries(mayImport).map(([room, allowed]) => ({
  name: `${room}-arrows`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/[^/]+/", pathNot: [room, ...allowed].map((name) => `^src/${name}/`) },
}));
module.exports = {
  forbidden: [
    ...roomRules,
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "rooms-do-not-import-doors",
      severity: "error",
      from: { path: "^src/(?!editor|terminal)[^/]+/" },
      to: { path: doors },
    },
    {
      name: "doors-are-apart",
      severity: "error",
      from: { path: "^src/editor/" },
      to: { path: "^src/terminal/" },
    },
    {
      name: "doors-are-apart-too",
      severity: "error",
      from: { path: "^src/terminal/" },
      to: { path: "^src/editor/" },
    },
    {
      name: "only-the-editor-imports-vscode",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(editor/|extension\\.ts$)" },
      to: { path: "^vscode$" },
    },
    {
      name: "analysis-knows-no-kernels",
      severity: "error",
      from: { path: "^src/python/analysis/" },
      to: { path: "^src/python/(?!analysis/|syntax/)" },
    },
    {
      name: "syntax-knows-only-itself",
      severity: "error",
      from: { path: "^src/python/syntax/" },
      to: { path: "^src/(?!python/syntax/)" },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "node_modules" },
  },
};
