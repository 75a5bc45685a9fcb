import { openCountersign, type Countersign } from "../../../src/countersign.ts";
import { systemClock, type Host } from "../../../src/host.ts";
import { OpenAiCompatibleModel } from "../../../src/models/openai-compatible.ts";

/** What windows of one workspace have in common, whichever process they are in. */
export interface Opened {
  /** Of the workspace. */
  readonly dir: string;
  readonly stateDir: string;
  readonly mediaDir: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly trusted: boolean;
  /** Address and key of the model server. */
  readonly url: string;
  readonly key?: string | undefined;
}

/** A house as a window opens it. What can change of `where` is read when it is needed. */
export function openHouse(where: Opened, environment: NodeJS.ProcessEnv = process.env): Promise<Countersign> {
  return openCountersign({
    host: hostOf(where),
    models: { current: () => Promise.resolve(modelOf(where)) },
    mediaDir: where.mediaDir,
    environment,
    settings: () => where.settings,
    configFile: () => "countersign.yml",
  });
}

function modelOf(where: Opened): OpenAiCompatibleModel {
  const key = () => Promise.resolve(where.key);
  return new OpenAiCompatibleModel({ baseUrl: where.url, model: "scripted", key });
}

function hostOf(where: Opened): Host {
  const quiet = (): void => undefined;
  return {
    secrets: {
      get: () => Promise.resolve(undefined),
      store: () => Promise.resolve(),
      delete: () => Promise.resolve(),
    },
    identity: () => ({ name: "Ada", knownBy: "os-user" }),
    trusted: () => where.trusted,
    clock: systemClock,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    stateDir: where.stateDir,
    workspaceDir: where.dir,
  };
}
