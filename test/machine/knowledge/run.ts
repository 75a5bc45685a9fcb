// npm run knowledge -- MODULE… [--from FOLDER]: makes the lists of a domain anew, from the names that the package itself has.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { projectDir } from "../commands.ts";
import { rewritten, type SourcedDomain } from "./domain.ts";
import { readNames } from "./reading.ts";

const folders = ["control", "instruments"].map((name) =>
  join(projectDir, "src/python/analysis/knowledge", name),
);

interface DomainFile {
  readonly path: string;
  readonly domain: SourcedDomain;
}

function domainFiles(): readonly DomainFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder).map((file) => {
      const path = join(folder, file);
      return { path, domain: JSON.parse(readFileSync(path, "utf8")) as SourcedDomain };
    }),
  );
}

async function remake({ path, domain }: DomainFile, from: string | undefined): Promise<void> {
  const names = readNames(domain.source, from);
  const { made, unmatched } = rewritten(domain, names);
  writeFileSync(path, await format(JSON.stringify(made), { parser: "json", printWidth: 110 }));
  const modules = Object.keys(names).length;
  console.log(`${domain.source.module}: ${modules} modules read, ${unmatched} names left to "others"`);
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { from: { type: "string" } } });
const files = domainFiles();
for (const module of positionals) {
  const file = files.find(({ domain }) => domain.source.module === module);
  if (file === undefined)
    throw new Error(
      `No domain says that its source is ${module}; src/python/analysis/knowledge/README.md says how to add one.`,
    );
  await remake(file, values.from);
}
