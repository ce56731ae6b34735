/**
 * The command line as a person uses it, before an embedded stack with real hosts. The tests stand in order: each goes on
 * with what the one before left.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiClient, type ApiClient } from '../../cli/api-client.ts';
import { documentOf, watchEvent } from '../../cli/json-documents.ts';
import { deliverMerge, numberOfMerge, registerSample } from '../../infra/local/demo/deliver-merge.ts';
import { openSampleRepository, type SampleRepository } from '../../infra/local/demo/sample-repository.ts';
import { stackUrls } from '../../infra/local/stack.ts';
import { startTemporaryStack, type TemporaryStack } from '../../infra/local/temporary-stack.ts';
import { until } from '../crash/run/patience.ts';
import { patienceMs } from '../patience.ts';

let stack: TemporaryStack;
let repository: SampleRepository;
let mo: ApiClient;

beforeAll(async () => {
  stack = await startTemporaryStack({ purpose: 'command-line', regions: 2, hosts: 1, say: () => undefined });
  repository = await openSampleRepository(stack.shape.data.sample, stack.shape.regions);
  mo = createApiClient(stackUrls(stack.shape).api, tokenOf('mo'));
  await registerSample(mo, repository.cloneUrl);
});
afterAll(() => stack?.close({ keep: false }));

const tokenOf = (name: string): string => stack.stack.installation.people.find((each) => each.name === name)!.token;

function start(person: 'ada' | 'mo', ...args: readonly string[]): ChildProcess {
  const { root } = stack.shape.data;
  const env = { PATH: process.env.PATH, SLIPWAY_API: mo.url, SLIPWAY_TOKEN: tokenOf(person), HOME: root };
  return spawn(path.resolve('cli/bin/slipway'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess) {
  const streams = Promise.all([text(child.stdout!), text(child.stderr!)]);
  const [code] = (await once(child, 'close')) as [number | null];
  const [stdout, stderr] = await streams;
  return { code, stdout, stderr };
}

const slipway = (person: 'ada' | 'mo', line: string) => ended(start(person, ...line.split(' ')));

async function merge(subject: string, health: 200 | 500): Promise<number> {
  const merged = await repository.merge(subject, { greeting: subject, health });
  await deliverMerge(mo.url, merged, stack.shape.secrets.webhookSecret);
  return numberOfMerge(mo, merged.after, AbortSignal.timeout(patienceMs));
}

const wantsApproval = (deployment: number) =>
  until('it waits for an approval', patienceMs, async () => {
    const { why } = await mo.call('showDeployment', { path: { service: 'checkout', deployment } });
    return why?.next.verb === 'approve' || undefined;
  });

async function approved(number: number): Promise<void> {
  await wantsApproval(number);
  expect(await slipway('mo', `approve checkout/${number} --yes`)).toMatchObject({ code: 0 });
}

test('a merge is watched to success: 0, a plain line on each change', async () => {
  const number = await merge('Say hello', 200);
  const watching = ended(start('ada', 'watch', `checkout/${number}`));
  await approved(number);
  const { code, stdout } = await watching;
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\dZ checkout\/1 [^\p{Cc}]+$/u);
});

test('after an undo the lane is locked, its reason is on the service, and deploy exits 3 and names the unlock command', async () => {
  const number = await merge('Greet faster', 500);
  await approved(number);
  expect((await slipway('ada', `watch checkout/${number}`)).code).toBe(5);
  const status = await slipway('ada', 'status checkout');
  expect(status.stdout).toMatch(new RegExp(`lane .*locked by .*checkout/${number}`));
  expect(status.stdout).toMatch(/next {2}slipway unlock checkout/);
  expect((await slipway('ada', 'status checkout --check')).code).toBe(3);
  const refused = await slipway('ada', 'deploy checkout@1');
  expect([refused.code, refused.stdout]).toEqual([3, '']);
  expect(refused.stderr).toContain('Open it: slipway unlock checkout --reason …');
  expect(await slipway('mo', 'unlock checkout --reason fixed --yes')).toMatchObject({ code: 0 });
});

test('a plan that was shown is deployed as it was shown; Ctrl-C, and the same command again: one deployment', async () => {
  const shown = await slipway('ada', 'plan checkout@2 --json');
  const { data } = documentOf('plan').parse(JSON.parse(shown.stdout)) as { data: { digest: string } };
  const deploy = ['deploy', 'checkout@2', '--plan', data.digest, '--watch'];
  const first = start('ada', ...deploy);
  const stopped = ended(first);
  await wantsApproval(3);
  first.kill('SIGINT');
  expect(await stopped).toMatchObject({ code: 130, stderr: expect.stringContaining('checkout/3 goes on. Watch:') });
  const again = start('ada', ...deploy);
  const watched = ended(again);
  await once(again.stdout!, 'data');
  expect((await slipway('ada', 'watch checkout/3 --timeout 1s')).code).toBe(7);
  expect(await slipway('mo', 'reject checkout/3 --reason tried --yes')).toMatchObject({ code: 0 });
  expect(await watched).toMatchObject({
    code: 5,
    stdout: expect.stringContaining('checkout/3: checkout@2, asked for before'),
  });
  const { items } = await mo.call('listDeployments', { path: { service: 'checkout' } });
  expect(items.map(({ number }) => number)).toEqual([3, 2, 1]);
});

test('a plan that is no longer so is refused: 3', async () => {
  const other = `sha256:${'0'.repeat(64)}`;
  const refused = await slipway('ada', `deploy checkout@1 --plan ${other}`);
  expect([refused.code, refused.stdout]).toEqual([3, '']);
  expect(refused.stderr).toContain('(state-changed');
});

test('the build log and all that happened since can be read', async () => {
  const { code, stdout } = await slipway('ada', 'logs checkout/1');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ mo: /m);
});

test('a deployment that is over is watched to its end at once', async () => {
  expect((await slipway('ada', 'watch checkout/1')).code).toBe(0);
  expect((await slipway('ada', 'watch checkout/2')).code).toBe(5);
});

test('a rollback is watched until what ran before runs again: 0', async () => {
  const number = await merge('Greet well', 200);
  await approved(number);
  expect((await slipway('ada', `watch checkout/${number}`)).code).toBe(0);
  const { code, stdout } = await slipway('mo', 'rollback checkout --yes --watch --json');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => watchEvent.parse(JSON.parse(line)));
  const deployment = `checkout/${number + 1}`;
  expect(events[0]).toMatchObject({ type: 'rolling-back', outcome: 'started', deployment });
  expect(events.at(-1)).toMatchObject({ type: 'result', deployment, outcome: 'succeeded', exitCode: 0 });
  expect(code).toBe(0);
  expect((await mo.call('showService', { path: { service: 'checkout' } })).currentRelease).toBe(1);
});
