import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const project = path.resolve(import.meta.dirname, '../..');

/** Each promise of `docs/design.md` §8, and what its tests say after "promise <number>: ", by file. */
const held: Readonly<Record<number, Readonly<Record<string, readonly string[]>>>> = {
  1: {
    'agent/goals.test.ts': ['only an admitted, verified release ever runs'],
    'domain/host/admitted-only.test.ts': [
      'whatever goals a region and the centre write, a host runs no release that was not admitted',
    ],
  },
  2: { 'infra/postgres/central/deployment-records.test.ts': ['one deployment holds a service'] },
  3: {
    'agent/crash.test.ts': ['after any crash a host runs exactly the new or the previous release'],
    'agent/every-operation.test.ts': ['after any crash a host runs exactly the new or the previous release'],
    'domain/host/crashes.test.ts': ['after any crash a host runs exactly the new or the previous release'],
  },
  4: { 'agent/revert.test.ts': ["a host's rollback needs only its own disk"] },
  5: { 'activities/goals/steps.test.ts': ['generations never go down'] },
  6: { 'infra/postgres/central/audit-log.test.ts': ['the audit is a hash chain'] },
  7: {
    'infra/postgres/central/lane-records.test.ts': [
      'one merge, asked for a hundred times at once, opens one deployment',
    ],
    'workers/control.test.ts': [
      'a merge in the inbox becomes a deployment, also when the worker is killed and another takes over',
    ],
    'workers/inbox-loop.test.ts': [
      'of one merge received many times at once, one row and one deployment come to be',
      'merges that arrive while Temporal is away are all delivered when it is back, none twice',
    ],
  },
  8: {
    'activities/goals/steps.test.ts': ['no batch begins over the budget'],
    'domain/goal/budget.test.ts': [
      'no batch begins over budget, so the share of failed hosts never passes it by more than the batch in flight',
    ],
    'domain/simulation/simulate-deployment.test.ts': [
      'whatever fails, no more than the budget and the batch in flight',
    ],
  },
  10: {
    'activities/goals/steps.test.ts': ['every activity can run twice with the effect of once'],
    'infra/postgres/central/every-activity-twice.test.ts': [
      'every activity of the centre run twice has the effect, and the answer, of once',
      'every activity run twice at once has the effect of once',
    ],
  },
  11: {
    'workflows/deployment/lasting-faults.test.ts': [
      'when the fault heals, the deployment ends by itself: nothing is stuck',
    ],
  },
  12: {
    'infra/telemetry/logger.test.ts': ['what may hold a secret is not logged, at any depth that is logged in practice'],
    'test/crash/promises/no-secrets.test.ts': [
      'a secret is found in a log, a trace, a history, a build output and the audit',
    ],
    'test/end-to-end/secrets.test.ts': [
      'its value is in no history, database, log, trace, metric, command line or file',
    ],
  },
  13: {
    'workflows/deployment/missing-hosts.test.ts': [
      '"succeeded" lists by name who was absent, pinned, in maintenance, failed or lost',
      'a host that was pinned after its batch began is listed by name too',
    ],
  },
  14: { 'agent/revert.test.ts': ['hosts keep running what they run'] },
  15: {
    'activities/goals/steps.test.ts': ['unknown is never counted as healthy'],
    'activities/goals/watch-bake.test.ts': ['a host of unknown health does not pass a bake'],
    'domain/host/health.test.ts': ['unknown is never counted as healthy'],
    'domain/summary/host-counts.test.ts': ['unknown is never counted as healthy'],
  },
};

/** What collects old releases, the workflow `retention`, is not built: nothing is ever collected. */
const notBuilt = [9];

const lines = (tests: typeof held): readonly string[] =>
  Object.entries(tests)
    .flatMap(([promise, files]) => Object.entries(files).map(([file, names]) => [promise, file, names] as const))
    .flatMap(([promise, file, names]) => names.map((name) => `${promise}: ${file}: ${name}`))
    .toSorted();

function testsInProject(): readonly string[] {
  const files = globSync('{activities,agent,api,cli,domain,infra,protocol,test,web,workers,workflows}/**/*.test.ts', {
    cwd: project,
  });
  return files.flatMap((file) =>
    [
      ...readFileSync(path.join(project, file), 'utf8').matchAll(
        /\b(?:test|it|describe)(?:\.each\([^)]*\))?\(\s*(['"`])promise (\d+): (.*?)\1,/gs,
      ),
    ].map(([, , promise, name]) => `${promise}: ${file}: ${name}`),
  );
}

test('every promise is held by tests that say it by its number', () => {
  expect(testsInProject().toSorted()).toEqual(lines(held));
});

test('the promises are those of the design, each with a test but for what is not built', () => {
  const design = readFileSync(path.join(project, 'docs/design.md'), 'utf8');
  const section = design.slice(design.indexOf('## 8. Promises'), design.indexOf('## 9. '));
  const promises = [...section.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
  expect(promises).toHaveLength(15);
  expect([...Object.keys(held).map(Number), ...notBuilt].toSorted((a, b) => a - b)).toEqual(promises);
});
