import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { LABEL, type ContainerInfo, type Engine } from "../../../../src/containers/engine.ts";
import { removeOrphans } from "../../../../src/python/sandboxes/orphans.ts";
import { sandboxLabels } from "../../../../src/python/sandboxes/ownership.ts";
import { thisProcess } from "../../../../src/storage/process-identity.ts";

const REQUEST = randomUUID();

/** Labels of a sandbox of a process that had this number before and is gone. */
function dead(sandbox: string): ContainerInfo["labels"] {
  const owner = JSON.stringify({ ...thisProcess(), started: "1" });
  return { ...sandboxLabels(sandbox), "dev.countersign.owner": owner };
}

function container(kind: string, name: string, owner: ContainerInfo["labels"]): ContainerInfo {
  const image = { image: "i", imageId: "sha256:1" };
  return { id: name, name, ...image, state: "running", labels: { [LABEL]: kind, ...owner } };
}

/** An engine with these containers, and the ids of those that were removed. */
function engineWith(containers: readonly ContainerInfo[]) {
  const removed: string[] = [];
  const engine: Partial<Engine> = {
    address: { product: "docker", remote: false } as Engine["address"],
    containers: (label) =>
      Promise.resolve(
        containers.filter(({ id, labels }) => label === `${LABEL}=${labels[LABEL]}` && !removed.includes(id)),
      ),
    inspect: () => Promise.resolve(undefined),
    remove: (id) => Promise.resolve(void removed.push(id)),
    volumes: () => Promise.resolve([]),
    networks: () => Promise.resolve([]),
  };
  return { engine: engine as Engine, removed };
}

it("leaves the control gateway of a sandbox that stays until it is proven how its run ended", async () => {
  const { engine, removed } = engineWith([
    container("sandbox", `countersign-run-${REQUEST}`, dead("one")),
    container("gateway", "its-gateway", dead("one")),
    container("gateway", "of-none-that-is-left", dead("two")),
    container("gateway", "of-a-living-one", sandboxLabels("three")),
  ]);
  await removeOrphans(engine, () => false);
  expect(removed).toEqual(["of-none-that-is-left"]);
  await removeOrphans(engine, (id) => id === REQUEST);
  expect(removed).toEqual(["of-none-that-is-left", `countersign-run-${REQUEST}`, "its-gateway"]);
});
