import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestCli, type TestCli } from '../test-cli.fixture.ts';
import { finish, openDeployment } from '../test-deployments.fixture.ts';

let cli: TestCli;
beforeAll(async () => {
  cli = await startTestCli();
  await finish(cli, await openDeployment(cli), 'cancelled', 'for another day');
  await openDeployment(cli);
});
afterAll(() => cli.close());

test('status tells a person in lines and a program in one document', async () => {
  const { code, stdout } = await cli.slipway('status checkout');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^checkout {2}/);
  expect(stdout).toMatch(/^ {2}next {2}\w+/m);
  const document = JSON.parse((await cli.slipway('status --json')).stdout) as { schema: string; asOf: string };
  expect(document).toMatchObject({ schema: 'slipway.status/v1', data: { services: [{ service: 'checkout' }] } });
  expect(new Date(document.asOf).toISOString()).toBe(document.asOf);
});

test.each([
  ['list services', 'list-services'],
  ['list releases --service checkout --limit 2', 'list-releases'],
  ['list deployments --service checkout --all', 'list-deployments'],
  ['list deployments --state approving', 'list-deployments'],
  ['list approvals', 'list-approvals'],
  ['list regions', 'list-regions'],
  ['list hosts --region eu-west', 'list-hosts'],
  ['list locks', 'list-locks'],
  ['show checkout', 'show-service'],
  ['show checkout/1', 'show-deployment'],
  ['show checkout@1', 'show-release'],
  ['show region eu-west', 'show-region'],
  ['logs checkout/1', 'logs'],
  ['version', 'version'],
  ['config', 'config'],
  ['doctor', 'doctor'],
])('%s prints a document of its published schema, and lines for people', async (command, name) => {
  const document = await cli.slipway(`${command} --json`);
  expect(JSON.parse(document.stdout)).toMatchObject({ schema: `slipway.${name}/v1` });
  const { code, stdout, stderr } = await cli.slipway(command);
  expect([code, stdout + stderr]).toEqual([document.code, expect.stringMatching(/\w/)]);
});

test('of a region in which nothing runs status says so, and one that is not there is not found', async () => {
  const here = await cli.slipway('status --region ap-south');
  expect([here.code, here.stdout]).toEqual([0, 'nothing runs in ap-south\n']);
  const nowhere = await cli.slipway('status --region mars');
  expect([nowhere.code, nowhere.stderr]).toEqual([8, expect.stringContaining('there is no region mars')]);
});

test('a page of a list ends with the command for the next one', async () => {
  const first = JSON.parse((await cli.slipway('list deployments --service checkout --limit 1 --json')).stdout) as {
    data: { items: { number: number }[]; cursor: string };
    next: [string];
  };
  expect(first.next).toEqual([
    expect.stringMatching(/^slipway list deployments --service checkout --limit 1 --cursor \S/),
  ]);
  const next = `${first.next[0].replace(/^slipway /, '').replaceAll("'", '"')} --json`;
  const second = JSON.parse((await cli.slipway(next)).stdout) as typeof first;
  expect(second.data.items[0]!.number).toBe(first.data.items[0]!.number - 1);
});
