import { existsSync } from 'node:fs';
import path from 'node:path';
import Sequencer from '@jest/test-sequencer';

/**
 * Seconds on two cores, of the suites that take longest. Jest orders by what the last run took; in a fresh clone, where none
 * has run, a suite of minutes would begin among the last and go on alone. What failed last comes where its time puts it.
 */
const usualSeconds = {
  'test/end-to-end/cut-region.test.ts': 170,
  'test/end-to-end/console.test.ts': 140,
  'test/end-to-end/agent-rollout.test.ts': 120,
  'test/end-to-end/hooks.test.ts': 90,
  'test/browser/temporal-ui.test.ts': 120,
  'test/end-to-end/stack.test.ts': 120,
  'test/end-to-end/cut-hosts.test.ts': 110,
  'test/end-to-end/director-rotation.test.ts': 110,
  'agent/power-loss.test.ts': 150,
  'agent/every-operation.test.ts': 120,
  'agent/failing-disk.test.ts': 100,
  'agent/crash.test.ts': 80,
  'api/gateway/overload.test.ts': 100,
  'api/gateway/two-gateways.test.ts': 110,
  'agent/commands/commands.test.ts': 70,
  'agent/local/rollback.test.ts': 70,
  'agent/install/small-disk.test.ts': 40,
  'agent/install/cut-fetch.test.ts': 30,
  'test/end-to-end/secrets.test.ts': 40,
  'agent/change-over.test.ts': 60,
  'agent/keeper/keeper-operations.test.ts': 60,
  'agent/own/upgrade.test.ts': 60,
  'api/control/fleet/fleet.test.ts': 60,
  'test/end-to-end/metric-gates.test.ts': 60,
  'test/end-to-end/region-authority.test.ts': 60,
  'test/end-to-end/region-life.test.ts': 60,
  'test/end-to-end/restored-region.test.ts': 60,
  'test/end-to-end/command-line.test.ts': 60,
  'test/docs/how-to.test.ts': 60,
  'agent/revert.test.ts': 50,
  'api/gateway/agent-identities.test.ts': 60,
  'agent/gateway/half-open.test.ts': 40,
  'api/gateway/agent-clocks.test.ts': 30,
  'test/browser/pages.test.ts': 40,
  'test/browser/actions.test.ts': 40,
  'test/browser/live.test.ts': 40,
  'test/browser/states.test.ts': 40,
  'test/browser/verbs.test.ts': 30,
  'cli/commands/deliver.test.ts': 30,
  'api/control/dialogs/repeats.test.ts': 40,
  'api/control/verbs/approval-tokens.test.ts': 20,
  'agent/gateway/gateway.test.ts': 35,
  'agent/goals.test.ts': 35,
  'test/simulator/ten-thousand-seeds.test.ts': 25,
  'workers/build.test.ts': 35,
  'workers/control.test.ts': 30,
  'workers/inbox-loop.test.ts': 30,
  'workflows/lane/lane.test.ts': 30,
};
/** A new suite that turns out to be long must not be the last. */
const usualSecondsOfOthers = 10;

const root = path.resolve(import.meta.dirname, '..');
const gone = Object.keys(usualSeconds).filter((file) => !existsSync(path.join(root, file)));
if (gone.length > 0) throw new Error(`test/longest-first.mjs names ${gone.join(', ')}, which is not there`);

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => expectedMs(other) - expectedMs(one));
  }
}

/** `duration` is set by Jest: ms in the last run that is on record, if there was one. */
const expectedMs = ({ path: file, duration }) =>
  duration ?? (usualSeconds[path.relative(root, file)] ?? usualSecondsOfOthers) * 1_000;
