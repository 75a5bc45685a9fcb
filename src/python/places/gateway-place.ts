import type { Isolation } from "../../approval/assessment.ts";
import type { Configuration } from "../../config/configuration.ts";
import { CountersignError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { gatewayTokenName } from "../gateway-token.ts";
import type { PythonRun, RunPlace } from "../python-run.ts";
import type { Sandbox } from "../sandboxes/sandbox.ts";
import type { OnStage, Place } from "./place.ts";

interface Parts {
  readonly configuration: () => Configuration;
  readonly host: Pick<Host, "secrets">;
}

/** Code on somebody else's Jupyter server: a server, a kernel gateway or an enterprise gateway. */
export class GatewayPlace implements Place {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** @throws `gateway-missing` */
  async current(): Promise<RunPlace> {
    return Promise.resolve({ method: "gateway", url: this.url() });
  }

  async observe(): Promise<RunPlace> {
    return this.current();
  }

  async packages(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  async missing(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  isolation(run: PythonRun): Isolation {
    const where = run.place.method === "gateway" ? run.place.url : "";
    return {
      level: "remote",
      networks: ["whatever that server reaches"],
      summary: `On the Jupyter server ${where}, whose isolation is not known, for at most ${run.limits.seconds} s. It gets no file of this workspace, and that it runs exactly once cannot be proved.`,
    };
  }

  async sandbox(run: PythonRun, onStage: OnStage, signal: AbortSignal): Promise<Sandbox> {
    onStage("preparing a sandbox");
    const [{ RemoteSandbox }, { agentFor }] = await Promise.all([
      import("../sandboxes/remote-sandbox.ts"),
      import("../kernel/agents.ts"),
    ]);
    const url = this.url();
    const { caFile } = this.parts.configuration().execution.gateway;
    const baseUrl = url.endsWith("/") ? url : `${url}/`;
    const token = (await this.parts.host.secrets.get(gatewayTokenName(url))) ?? "";
    const address = { agent: await agentFor(url, caFile), baseUrl, token };
    return RemoteSandbox.create(address, run.kernelName, signal);
  }

  /** Nothing is started on somebody else's server before it is needed. */
  async warm(): Promise<void> {
    await Promise.resolve();
  }

  dispose(): void {
    // Each sandbox ends what it started.
  }

  private url(): string {
    const { url } = this.parts.configuration().execution.gateway;
    if (url !== null) return url;
    throw new CountersignError("gateway-missing", {
      message: "Code is to run on a Jupyter server, and none is configured.",
      kept: "The question and the code.",
      next: "Give its address in the setting countersign.execution.gatewayUrl, or choose another method.",
    });
  }
}
