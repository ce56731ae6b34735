import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDeploymentRecords } from '../../infra/postgres/central/deployment-records.ts';
import { startTestCli, type TestCli } from '../test-cli.fixture.ts';
import { openDeployment, service } from '../test-deployments.fixture.ts';

let cli: TestCli;
beforeAll(async () => {
  cli = await startTestCli();
});
afterAll(() => cli.close());

test('logs of a deployment show what its hooks printed, and how each ended', async () => {
  const deployment = await openDeployment(cli);
  const digest = `sha256:${'d'.repeat(64)}` as never;
  const log = { digest, sizeBytes: 30, truncated: false, tail: 'migrates\n\u001b[31mno such table\n' };
  const place = { moment: 'before', region: null, index: 0, does: 'run', command: './up' } as const;
  await createDeploymentRecords(cli.central.database).showProgress({
    service,
    deployment,
    sequence: 5,
    state: 'rolling',
    stage: null,
    paused: false,
    held: false,
    waiting: null,
    regions: [],
    approvals: null,
    actor: 'slipway',
    event: 'hook-failed',
    message: 'hook "./up" failed',
    hook: { ...place, state: 'failed', why: 'exit code 1', log },
  });
  const { code, stdout, stderr } = await cli.slipway(`logs checkout/${deployment}`);
  expect(code).toBe(0);
  expect(stderr).toContain('hooks.before[0]: ./up   failed: exit code 1');
  expect(stdout).toMatch(/migrates\nno such table\n[^]*slipway: hook "\.\/up" failed/);
  const document = JSON.parse((await cli.slipway(`logs checkout/${deployment} --json`)).stdout) as object;
  expect(document).toMatchObject({ data: { hooks: [{ place: 'hooks.before[0]', state: 'failed' }] } });
});
