import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestCli, type TestCli } from '../test-cli.fixture.ts';
import { finish, leaveHostsOn, openDeployment, overtake, queueDeployment } from '../test-deployments.fixture.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await startTestCli()));
afterAll(() => cli.close());

test.each([
  ['succeeded', false, 0],
  ['undone', false, 5],
  ['failed', true, 6],
] as const)('watching one that ended %s ends at once (hosts left on it: %s): %i', async (outcome, left, expected) => {
  const number = await openDeployment(cli);
  if (left) await leaveHostsOn(cli, number);
  await finish(cli, number, outcome, 'because');
  const ran = await cli.slipway(`watch checkout/${number} --json`);
  expect(ran.code).toBe(expected);
  const events = ran.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ type: 'change', deployment: { number, outcome } });
  expect(events.at(-1)).toMatchObject({ type: 'result', outcome, exitCode: expected });
});

test('what a rollback has overtaken is watched to its end under the number by which it goes on', async () => {
  const number = await queueDeployment(cli);
  const next = await overtake(cli, number);
  await finish(cli, next, 'succeeded', 'because');
  const { code, stdout, stderr } = await cli.slipway(`watch checkout/${number}`);
  expect([code, stderr]).toEqual([0, expect.stringContaining(`checkout/${number} goes on as checkout/${next}`)]);
  expect(stdout).toMatch(new RegExp(`checkout/${number} superseded: .*\\n.*checkout/${next} live in`));
});

test('what goes on under another number is watched there for what is left of the time', async () => {
  const number = await queueDeployment(cli);
  const next = await overtake(cli, number);
  const { code, stderr } = await cli.slipway(`watch checkout/${number} --timeout 5s`);
  expect([code, stderr]).toEqual([7, expect.stringContaining(`checkout/${next} goes on. Watch:`)]);
});

test('when the time is up it says what is not ready, and that the deployment goes on: 7', async () => {
  const number = await openDeployment(cli);
  await leaveHostsOn(cli, number);
  const { code, stderr } = await cli.slipway(`watch checkout/${number} --timeout 5s`);
  expect(code).toBe(7);
  expect(stderr).toContain('eu-west undoing');
  expect(stderr).toContain(
    `checkout/${number} goes on. Watch: slipway watch checkout/${number}   Stop it: slipway abort checkout/${number}`,
  );
});
