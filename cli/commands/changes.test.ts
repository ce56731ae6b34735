import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findTemporalCli } from '../../infra/local/tools/find-tool.ts';
import { releaseNumber } from '../../domain/names.ts';
import { Release } from '../../infra/postgres/central/entities.ts';
import { signIn } from '../../test/control-api.ts';
import { createLaneRecords } from '../../infra/postgres/central/lane-records.ts';
import { problemIn } from '../test-cli.fixture.ts';
import { offlineLines } from '../offline-text.ts';
import {
  askForApproval,
  finish,
  lockedBy,
  queueDeployment,
  releaseAtRest,
  service,
} from '../test-deployments.fixture.ts';
import { startDeployment, startTestCliWithLanes, startWorkflow, type TestCliWithLanes } from '../test-lanes.fixture.ts';

let cli: TestCliWithLanes;
beforeAll(async () => void (cli = await startTestCliWithLanes()));
afterAll(() => cli.close());
beforeEach(() => cli.freshLane());

const slipway: TestCliWithLanes['slipway'] = (args, environment) => cli.slipway(args, environment);

test('a change says what was accepted, when it is in effect, and what comes next', async () => {
  const number = await startDeployment(cli);
  const { code, stdout, stderr } = await slipway(`pause checkout/${number} --reason "look at it"`);
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    `accepted   checkout/${number}: paused by ada: look at it`,
    'in effect  when the batches that were allowed have ended',
    `next       slipway resume checkout/${number}`,
    '',
  ]);
  expect(stderr).toBe(`${cli.api.url} as ada\n`);
});

test.each([
  ['approve', '', /approved with eyJ/],
  ['resume', '', /resumed with eyJ/],
  ['abort', '', /aborted by mo/],
  ['reject', '--reason "not today"', /rejected by mo/],
  ['promote', '--reason "INC-7"', /promoted: INC-7/],
  ['skip-region', 'eu-west --reason "its link is down"', /eu-west is skipped: its link is down/],
  ['break-glass', '--reason down --incident INC-7 --confirm checkout', /broken with eyJ/],
])('%s reaches the deployment', async (verb, flags, message) => {
  const number = await startDeployment(cli);
  const ran = await slipway(`${verb} checkout/${number} ${flags} --yes --json`, { SLIPWAY_TOKEN: cli.tokens.mo });
  expect([ran.code, ran.stderr.includes('as mo')]).toEqual([0, true]);
  const document = JSON.parse(ran.stdout) as { schema: string; data: { message: string }; next: string[] };
  expect(document).toMatchObject({ schema: `slipway.${verb}/v1`, data: { deployment: `checkout/${number}` } });
  expect(document.data.message).toMatch(message);
  expect(document.next).toHaveLength(1);
});

test('approving shows on stderr what is agreed to', async () => {
  const number = await startDeployment(cli);
  const { stderr } = await slipway(`approve checkout/${number} --yes`, { SLIPWAY_TOKEN: cli.tokens.mo });
  expect(stderr).toMatch(new RegExp(`^${cli.api.url} as mo\nApprove checkout/${number}`));
});

test('an approval right after a merge waits until there is something to approve', async () => {
  const number = await queueDeployment(cli);
  const approving = slipway(`approve checkout/${number} --yes`, { SLIPWAY_TOKEN: cli.tokens.mo });
  await untilFollowed();
  await startWorkflow(cli, number);
  await askForApproval(cli, number);
  const { code, stdout, stderr } = await approving;
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^accepted {3}checkout\/\d+: approved with eyJ/)]);
  expect(stderr).toMatch(new RegExp(`checkout/${number} is queued.*it can be approved once its plan is made`));
});

/** By somebody who hears the api's events. */
async function untilFollowed(): Promise<void> {
  for (;;) {
    const { body } = await cli.api.ask('/metrics');
    if (/^slipway_api_event_clients [1-9]/m.test(String(body.text))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("what help offline says is taken by Temporal's own command line, without the api", async () => {
  const number = await startDeployment(cli);
  await slipway('lock checkout --reason "a lane is open"');
  const isCommand = (line: string): boolean => /^ {2,}(temporal|--input) /.test(line);
  const script = offlineLines.filter(isCommand).join('\n').replaceAll('checkout:87', `checkout:${number}`);
  const env = {
    PATH: `${path.dirname(await findTemporalCli())}:${process.env.PATH}`,
    HOME: cli.folder,
    TEMPORAL_ADDRESS: cli.temporal.address,
    TEMPORAL_NAMESPACE: cli.temporal.namespace,
  };
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], { env });
  expect(stdout).toMatch(/approving[^]*nothing-to-roll-back-to/);
});

test('nobody approves a change of their own: 4', async () => {
  const number = await startDeployment(cli);
  const ran = await slipway(`approve checkout/${number} --yes --json`, { SLIPWAY_TOKEN: cli.tokens.lin });
  expect([ran.code, ran.stdout]).toEqual([4, '']);
  expect(problemIn(ran)).toMatchObject({ type: expect.stringMatching(/\/own-change$/) });
});

test('a locked lane refuses a deploy with its reason and the way out: 3', async () => {
  expect((await slipway('lock checkout --reason INC-7')).code).toBe(0);
  const release = await releaseAtRest(cli);
  const refused = await slipway(`deploy checkout@${release}`);
  expect([refused.code, refused.stdout]).toEqual([3, '']);
  expect(refused.stderr).toMatch(/^error: checkout is locked by ada {2}\(lane-locked, request [\w-]+\)$/m);
  expect(refused.stderr).toContain('Open it: slipway unlock checkout --reason …');
  const queued = await slipway(`deploy checkout@${release} --queue --json`);
  expect(JSON.parse(queued.stdout)).toMatchObject({ data: { lock: { owner: 'ada', reason: 'INC-7' } } });
  expect((await slipway('unlock checkout --reason over --yes')).code).toBe(0);
});

test('a lock may end by itself, and is opened by who set it or a release-owner: 4 for all others', async () => {
  const { stdout } = await slipway('lock checkout --reason INC-7 --until 2h');
  expect(stdout).toMatch(/^accepted {3}checkout is locked by ada until \d{4}-\d\d-\d\d \d\d:\d\d UTC: "INC-7"$/m);
  const refused = await slipway('unlock checkout --reason over --yes', { SLIPWAY_TOKEN: await kim() });
  expect([refused.code, refused.stdout]).toEqual([4, '']);
  expect(refused.stderr).toContain('ada has locked it: ada or a release-owner may open it');
  expect((await slipway('unlock checkout --reason over --yes', { SLIPWAY_TOKEN: cli.tokens.mo })).code).toBe(0);
  for (const until of ['yesterday', '2020-01-01T00:00:00Z', '2026-13-01T00:00:00Z', '0h'])
    expect((await slipway(`lock checkout --reason INC-7 --until ${until}`)).code).toBe(2);
});

test('a hotfix goes first, by a release-owner, and says what makes way for it', async () => {
  const release = await releaseAtRest(cli);
  const number = releaseNumber(release);
  await cli.central.database.em.fork().nativeUpdate(Release, { service, number }, { state: 'ready' });
  const hotfix = (flags: string, token = cli.tokens.mo) =>
    slipway(`deploy checkout@${release} --hotfix ${flags}`, { SLIPWAY_TOKEN: token });
  const ran = await hotfix('--yes --reason "INC-7 over 3"');
  expect([ran.code, ran.stdout]).toEqual([
    0,
    expect.stringMatching(
      new RegExp(
        `^accepted {3}checkout/\\d+: checkout@${release} goes first\nin effect {2}once checkout/3 is undone: it goes through`,
      ),
    ),
  ]);
  expect(ran.stderr).toContain(`Have checkout@${release} go first as a hotfix?`);
  const held = await hotfix('--yes --hold --reason "INC-7 over 3" --json');
  expect(JSON.parse(held.stdout)).toMatchObject({
    schema: 'slipway.hotfix/v1',
    data: { active: { deployment: 'checkout/3', how: 'held' } },
  });
  expect((await hotfix('--yes --reason INC-7', cli.tokens.ada)).code).toBe(4);
  for (const flags of ['--yes', '--reason INC-7', '--yes --reason INC-7 --hold --undo', '--yes --reason INC-7 --queue'])
    expect((await hotfix(flags)).code).toBe(2);
  expect((await slipway(`deploy checkout@${release} --hold`)).code).toBe(2);
});

test('what was cancelled is retried; what runs nothing is not redeployed, with the reason: 3', async () => {
  await releaseAtRest(cli);
  const number = await queueDeployment(cli);
  await finish(cli, number, 'cancelled', 'for another day');
  const retried = await slipway(`retry checkout/${number} --reason "once more" --json`);
  expect([retried.code, JSON.parse(retried.stdout)]).toMatchObject([0, { schema: 'slipway.retry/v1' }]);
  const refused = await slipway('redeploy checkout');
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('checkout runs nothing yet')]);
});

const kim = (): Promise<string> => signIn(cli.central.database, 'kim', 'deployer');

test('a deploy that was refused for a lock goes through once the lock is gone', async () => {
  const release = await releaseAtRest(cli);
  await slipway('lock checkout --reason INC-7');
  await createLaneRecords(cli.central.database).changeLock(lockedBy('mo', 'stored-lock'));
  expect((await slipway(`deploy checkout@${release}`)).code).toBe(3);
  await slipway('unlock checkout --reason over --yes');
  await createLaneRecords(cli.central.database).changeLock({ ...lockedBy('mo', 'stored-unlock'), lock: null });
  expect((await slipway(`deploy checkout@${release}`)).code).toBe(0);
});

test('the same deploy given twice at once is one deployment', async () => {
  const deploy = `deploy checkout@${await releaseAtRest(cli)} --json`;
  const both = await Promise.all([slipway(deploy), slipway(deploy)]);
  const numbers = both.map(({ stdout }) => (JSON.parse(stdout) as { data: { number: number } }).data.number);
  expect(numbers[0]).toBe(numbers[1]);
});

test('a deploy of what is on its way finds it', async () => {
  const number = await startDeployment(cli);
  const release = (await createLaneRecords(cli.central.database).readLane(service))?.open.find(
    ({ deployment }) => deployment === number,
  )?.release;
  const { stdout } = await slipway(`deploy checkout@${release} --json`);
  expect(JSON.parse(stdout)).toMatchObject({ data: { number, repeated: true } });
});

test('a token comes from a file, and is never shown', async () => {
  const file = path.join(cli.folder, 'token');
  writeFileSync(file, `${cli.tokens.mo}\n`);
  const { code, stdout, stderr } = await slipway(`lock checkout --reason x --token-file ${file}`, {
    SLIPWAY_TOKEN: '',
  });
  expect([code, stderr]).toEqual([0, `${cli.api.url} as mo\n`]);
  expect(stdout + stderr).not.toContain(cli.tokens.mo);
});

test.each([
  ['undone', 0, ''],
  ['succeeded', 7, 'a rollback follows it, if anything ran before. Watch: slipway watch checkout'],
] as const)(
  'a rollback is watched over the undo that it became: %s ends it with %i',
  async (outcome, expected, told) => {
    const number = await startDeployment(cli);
    await finish(cli, number, outcome, 'aborted by mo');
    const { code, stdout, stderr } = await slipway(`rollback checkout --yes --watch --json --reason "undo ${number}"`);
    expect([code, stderr.includes('a rollback follows')]).toEqual([expected, told !== '']);
    expect(stderr).toContain(told);
    const [first, ...rest] = stdout.trim().split('\n');
    expect(JSON.parse(first!)).toMatchObject({ type: 'rolling-back', outcome: 'undoing', number });
    expect(JSON.parse(rest.at(-1)!)).toMatchObject({ type: 'result', outcome, exitCode: expected });
  },
);

test('a rollback that names its release wants a reason, and the name of the service or a yes', async () => {
  await startDeployment(cli);
  const unexplained = await slipway('rollback checkout --to @1 --yes');
  expect([unexplained.code, unexplained.stderr]).toEqual([2, expect.stringContaining('--reason')]);
  const unnamed = await slipway('rollback checkout --to @1 --reason INC-7');
  expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining('then give --yes to agree')]);
  const wrong = await slipway('rollback checkout --to one --yes --reason INC-7');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--to should be a release, such as @409')]);
});
