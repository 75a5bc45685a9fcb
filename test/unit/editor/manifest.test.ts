import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS, VIEWS } from "../../../src/editor/command-ids.ts";

interface Menu {
  readonly command: string;
}

interface Manifest {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string };
    readonly virtualWorkspaces: { readonly supported: boolean };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly views: { readonly countersign: readonly { readonly id: string }[] };
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly configuration: readonly {
      readonly properties: Readonly<Record<string, { readonly scope: string }>>;
    }[];
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const { contributes, capabilities } = manifest;
const sorted = (names: Iterable<string>) => [...names].sort();

describe("the manifest", () => {
  it("contributes exactly the commands that the code registers", () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(
      sorted(Object.values(COMMANDS)),
    );
  });

  it("puts only its own commands into menus", () => {
    const known = new Set<string>(Object.values(COMMANDS));
    const used = Object.values(contributes.menus).flat();
    expect(used.filter(({ command }) => !known.has(command))).toEqual([]);
  });

  it("contributes exactly the views that the code fills, each with something to say in Restricted Mode", () => {
    expect(sorted(contributes.views.countersign.map(({ id }) => id))).toEqual(sorted(Object.values(VIEWS)));
    for (const view of Object.values(VIEWS)) {
      const restricted = contributes.viewsWelcome.find(
        (welcome) => welcome.view === view && welcome.when.includes("!isWorkspaceTrusted"),
      );
      expect(restricted?.contents, view).toMatch(/Restricted Mode/);
    }
  });

  it("lets no workspace set what guards: only the name of the configuration file is the workspace's", () => {
    const properties = contributes.configuration.flatMap((section) => Object.entries(section.properties));
    const open = properties.filter(([, { scope }]) => scope !== "machine").map(([name]) => name);
    expect(open).toEqual(["countersign.configFile"]);
    expect(capabilities.untrustedWorkspaces).toMatchObject({
      supported: "limited",
      restrictedConfigurations: ["countersign.configFile"],
    });
    expect(capabilities.virtualWorkspaces.supported).toBe(false);
  });
});
