import type { Plugin } from "esbuild";

/** What dockerode loads for engines over SSH and for BuildKit, neither of which we use: 1.5 MB and native code. */
export const withoutUnused: Plugin = {
  name: "without-unused",
  setup(build) {
    const unused = /^(ssh2|@grpc\/grpc-js|@grpc\/proto-loader|protobufjs)$/;
    build.onResolve({ filter: unused }, ({ path }) => ({ path, namespace: "unused" }));
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** As much of LangSmith's client as LangChain names, and nothing of it that could send. */
const NO_CLIENT = `
export class Client {}
export class RunTree {
  tracingEnabled = false;
  constructor(config) { Object.assign(this, config); }
  async postRun() {}
  async patchRun() {}
}
export const isRunTree = (value) => value instanceof RunTree;
export const isTraceableFunction = () => false;
export const getCurrentRunTree = () => undefined;
export const convertToDottedOrderFormat = (time, id) => ({
  dottedOrder: id,
  microsecondPrecisionDatestring: new Date(time).toISOString(),
});
`;

/** LangChain brings a client that sends questions and code to LangSmith where a person's shell says so to other programs. */
export const withoutTracing: Plugin = {
  name: "without-tracing",
  setup(build) {
    build.onResolve({ filter: /^langsmith($|\/)/ }, ({ path }) => ({ path, namespace: "no-tracing" }));
    build.onLoad({ filter: /.*/, namespace: "no-tracing" }, () => ({ contents: NO_CLIENT }));
  },
};
