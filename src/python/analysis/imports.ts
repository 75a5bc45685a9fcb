import type { Evaluator, Place } from "./evaluator.ts";
import { importedModule } from "./modules.ts";
import { type SyntaxNode, childOf, childrenOf } from "../syntax/tree.ts";
import { type Value, foreign, known } from "./values.ts";

/** Binds what an import statement of any form brings in. */
export function evaluateImport(ev: Evaluator, node: SyntaxNode, place: Place): void {
  if (node.type === "import_statement") {
    for (const name of childrenOf(node, "name")) importModule(ev, name, { ...place, node: name });
    return;
  }
  const module = childOf(node, "module_name");
  if (module === undefined) return;
  const path = dotted(ev, module);
  const from = path.startsWith(".")
    ? relative(ev, path, { ...place, node: module })
    : importedModule(ev, path, { ...place, node: module });
  if (node.children.some((child) => child.type === "wildcard_import"))
    importStar(from, path, { ...place, node });
  for (const name of childrenOf(node, "name")) importName(ev, from, name, { ...place, node: name });
}

function importModule(ev: Evaluator, name: SyntaxNode, place: Place): void {
  const alias = childOf(name, "alias");
  const path = dotted(ev, childOf(name, "name") ?? name);
  const value = importedModule(ev, path, place);
  const top = path.split(".")[0] ?? path;
  // `import a.b` binds `a`; a submodule that nothing is known about was found as such already.
  const bound = alias === undefined ? topLevel(ev, top, value) : value;
  const target = alias ?? name.children[0];
  if (target !== undefined) ev.assign(target, [bound], place);
}

function topLevel(ev: Evaluator, top: string, value: Value): Value {
  const found = ev.knowledge.find(top);
  if (found !== undefined) return known(found.path);
  return value.kind === "foreign" ? foreign(top) : known(top);
}

function importName(ev: Evaluator, from: Value, name: SyntaxNode, place: Place): void {
  const own = childOf(name, "name") ?? name;
  const target = childOf(name, "alias") ?? name.children.at(-1);
  if (target !== undefined) ev.assign(target, ev.attribute(from, dotted(ev, own), place), place);
}

function importStar(from: Value, path: string, place: Place): void {
  const module = from.kind === "known" ? from.path : path;
  place.scope.stars.add(module, from.kind !== "known", place.node.start);
}

function relative(ev: Evaluator, path: string, place: Place): Value {
  const message = `\`${path}\` is a module beside the code, which was not analysed`;
  ev.found({ kind: "unknown-import", target: path, certainty: "whole", message }, place);
  return foreign(path);
}

function dotted(ev: Evaluator, node: SyntaxNode): string {
  return ev.source
    .slice(node.start, node.end)
    .replaceAll(/[\s\\]/g, "")
    .normalize("NFKC");
}
