import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { tableLines } from '../frame/table.ts';
import { runIntake, type IntakeRun, type IntakeSettings } from './intake-run.ts';
import { isWhole } from './look-at-intake.ts';

export type IntakeOptions = CommonOptions & IntakeSettings;

/** One merge is one deployment, however often and when it is delivered, and none is lost. */
export async function intakeBenchmark(bench: Bench, options: IntakeOptions): Promise<Measured> {
  const run = await bench.onStack({ regions: 1, hosts: 1 }, (stack) => runIntake(bench, stack, options));
  show(bench, run);
  const allAccepted = run.waves.every(({ accepted, deliveries }) => accepted === deliveries);
  const firsts = run.waves.reduce((sum, { first }) => sum + first, 0);
  return { ok: allAccepted && firsts === run.seen.merges && isWhole(run.seen), ...run };
}

function show({ say }: Bench, { waves, outages, seen }: IntakeRun): void {
  const rows = waves.map(({ what, deliveries, accepted, first, answer }) => {
    const { p50Ms, p99Ms } = answer;
    return [what, deliveries, accepted, first, p50Ms, p99Ms];
  });
  for (const line of tableLines(['', 'sent', 'accepted', 'first', 'p50 ms', 'p99 ms'], rows)) say(line);
  for (const { outage, awayMs, endToWorkflowStartedMs } of outages)
    say(`Temporal ${outage} for ${awayMs} ms; the merge had its workflow ${endToWorkflowStartedMs} ms after that`);
  const found = Object.entries(seen).map(([name, value]) => `${name} ${value}`);
  say(found.join(', '));
}
