import type { JudgedHosts } from '../../domain/plan/judge-rules.ts';
import type { Bench, CommonOptions, Measured } from '../frame/run-benchmark.ts';
import { wayText } from '../mixed/host-way.ts';
import { measureRules, type RulesRun } from './measure-rules.ts';

/** One canary, one host for each rule, and two that are simply well. */
const hosts = 8;

/** What becomes of hosts that are neither simply well nor simply failed, next to what the plan says of them. */
export const rulesBenchmark = (bench: Bench, _options: CommonOptions): Promise<Measured> =>
  bench.onStack({ regions: 1, hosts }, async (stack) => {
    const run = await measureRules(bench, stack);
    show(bench, run);
    const asRuled = run.rules.map(({ hosts: how }) => isAsRuled(run, how));
    return { ok: run.outcome === 'succeeded' && asRuled.every(Boolean), ...run };
  });

function show({ say }: Bench, run: RulesRun): void {
  const { odd, rules, ways, returned } = run;
  for (const { hosts: how, rule } of rules) {
    const way = wayText(wayOfHost(run, how));
    const later = how === 'absent' || how === 'in maintenance' ? `; back again: ${wayText(returned[how])}` : '';
    say(`${isAsRuled(run, how) ? 'as ruled' : 'NOT AS RULED'}  ${how} (${odd[how]}): ${way}${later}`);
    say(`          ${rule}`);
  }
  say(
    `others: ${ways
      .filter(({ host }) => !Object.values(odd).includes(host))
      .map(wayText)
      .join(', ')}`,
  );
}

const wayOfHost = ({ odd, ways }: RulesRun, how: JudgedHosts) => ways.find(({ host }) => host === odd[how])!;

/** By which releases the host ran, and by what the deployment's end says of it. */
function isAsRuled(run: RulesRun, how: JudgedHosts): boolean {
  const { odd, missing, returned } = run;
  const way = wayText(wayOfHost(run, how));
  const isNamed = (why: keyof RulesRun['missing']): boolean => missing[why]?.hosts.join() === odd[how];
  switch (how) {
    case 'flapping':
      return way === '1 → 2 → 1' && isNamed('failed');
    case 'already unhealthy':
      return way === '1 → 2' && wayOfHost(run, how).arrived;
    case 'absent':
      return way === '1' && isNamed('absent') && wayText(returned.absent) === '1 → 2';
    case 'in maintenance':
      return way === '1 → nothing' && isNamed('maintenance') && wayText(returned[how]) === '1 → nothing → 2';
    case 'pinned':
      return way === '1' && isNamed('pinned');
  }
}
