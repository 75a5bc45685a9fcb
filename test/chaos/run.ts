// npm run -s chaos -- --rounds N: kills windows at every point, N times each, and counts what went wrong.
import { parseArgs } from "node:util";
import { Chaos } from "./chaos.ts";
import { POINTS } from "./points.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "8" } } });
const rounds = Number(values.rounds);
const chaos = await Chaos.open();
try {
  for (let round = 1; round <= rounds; round += 1) {
    for (const point of POINTS) {
      const { state, ran } = await chaos.kill(point);
      console.log(`${round}/${rounds} ${point}: ${state}, ran ${ran === 1 ? "once" : `${ran} times`}`);
    }
  }
  const double = chaos.rounds.filter(({ ran }) => ran > 1).length;
  const unknown = chaos.rounds.filter(({ state }) => state === "outcome-unknown").length;
  const lost = chaos.rounds.filter(
    ({ state, ran }) => state !== "outcome-unknown" && (state !== "finished" || ran === 0),
  ).length;
  const ledger = (await chaos.ledgerHolds()) ? "ok" : "broken";
  console.log(`double ${double}, lost ${lost}, unknown ${unknown}, ledger ${ledger}`);
  process.exitCode = double + lost > 0 || ledger === "broken" ? 1 : 0;
} finally {
  await chaos.dispose();
}
