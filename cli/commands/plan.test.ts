import { expect, test } from '@jest/globals';
import { digest, regionName, releaseNumber, serviceName } from '../../domain/names.ts';
import type { DeploymentPlan } from '../../protocol/api/plan.ts';
import type { ApiClient } from '../api-client.ts';
import { createProgram } from '../program.ts';
import type { Session } from '../session.ts';
import { pipedSurroundings } from '../surroundings.fixture.ts';
import type { CarryOut } from './command.ts';

const plan: DeploymentPlan = {
  service: serviceName('checkout'),
  release: releaseNumber(412),
  from: releaseNumber(411),
  kind: 'rollout',
  commit: { id: 'a'.repeat(40), subject: 'Fix', authors: ['lin'] },
  totalBytes: 40_000_000,
  stages: [{ name: 'all', regions: [{ region: regionName('eu-west'), hosts: 20 }], batches: ['1', '100%'], bakeMs: 0 }],
  approval: { quorum: 1, roles: ['release-owner'], expiresMs: 3_600_000 },
  checks: null,
  verify: null,
  health: 'GET /healthz',
  budget: { failedPercent: 5, cap: 50 },
  judge: [],
  rollback: { automatic: true, lockAfter: true },
  timing: {
    batchTimeoutMs: 600_000,
    absentAfterMs: 180_000,
    undoDeadlineMs: 120_000,
    healthyAfterMs: 6_000,
    startPeriodMs: 10_000,
  },
  tookMs: null,
  lock: null,
  ahead: 0,
  reverted: null,
  digest: digest(`sha256:${'1'.repeat(64)}`),
  asOf: '2026-11-24T10:00:00.000Z',
};

/** What the command prints before an api that shows this plan, and what it gives as a document. @throws what it throws */
async function printed(line: string): Promise<{ readonly lines: readonly string[]; readonly documents: object[] }> {
  const lines: string[] = [];
  const documents: object[] = [];
  const { around } = pipedSurroundings();
  const output = {
    isJson: false,
    line: (text: string) => void lines.push(text),
    document: (_kind: string, document: object) => void documents.push(document),
    event: () => {},
    note: () => {},
    news: () => {},
  };
  const session: Session = {
    client: { call: async () => plan } as unknown as ApiClient,
    output: output as unknown as Session['output'],
    terminal: null,
    around,
    interrupted: around.interrupted,
    introduce: async () => ({ person: 'ada', roles: [] }),
  };
  const carryOut: CarryOut = Object.assign(async (...[, act]: Parameters<CarryOut>) => void (await act(session)), {
    here: async () => {},
  });
  await createProgram(carryOut).parseAsync(line.split(' '), { from: 'user' });
  return { lines, documents };
}

test('plan --simulate prints the plan, what happens when on a model, what is left out of it, and what is next', async () => {
  const { lines, documents } = await printed('plan checkout --simulate --fail-host 100%');
  expect(lines[0]).toMatch(/^checkout @411 → @412 /);
  expect(lines).toContainEqual(expect.stringMatching(/eu-west +batch 1 of 2: 1 host, 1 of 20 in all$/));
  expect(lines.slice(-3)).toEqual([
    expect.stringMatching(/^simulated: undone after \d+ s \(eu-west: of 1 host 1 failed.*\); 1 host told to switch/),
    'not simulated, and not in its time: approvals',
    `next slipway deploy checkout@412 --plan ${plan.digest}`,
  ]);
  expect(documents).toMatchObject([{ release: 412, simulation: { outcome: 'undone', switched: 1 } }]);
});

test('plan --simulate --bad-world says what a person would decide about', async () => {
  const { lines, documents } = await printed('plan checkout --simulate --bad-world eu-west');
  expect(lines).toContainEqual(
    expect.stringMatching(
      /eu-west +is held, a person decides: .+; bad world: of 20 without the release 20 are unhealthy too, 1 allowed$/,
    ),
  );
  expect(documents).toMatchObject([{ simulation: { outcome: 'held', switched: 1, failed: 1 } }]);
  await expect(printed('plan checkout --simulate --bad-world mars')).rejects.toThrow(
    '--bad-world: the plan has no region "mars"',
  );
});

test('plan without it prints none, and refuses what is about one', async () => {
  const { lines, documents } = await printed('plan checkout');
  expect(lines.join('\n')).not.toContain('simulated');
  expect(documents).toMatchObject([{ simulation: null }]);
  await expect(printed('plan checkout --fail-host 3%')).rejects.toThrow('--fail-host is about a simulation');
});
