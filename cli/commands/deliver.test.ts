/** A repository on the machine of the embedded Slipway: from `init` to the push that nobody else sends. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createLaneRecords } from '../../infra/postgres/central/lane-records.ts';
import { mergeRequest } from '../../test/central-database.ts';
import { webhookSecret } from '../../test/control-api.ts';
import { problemIn, startTestCli, type TestCli } from '../test-cli.fixture.ts';
import { makeTestRepository, type TestRepository } from '../test-repository.fixture.ts';

const startedIn = process.cwd();
let cli: TestCli;
let secretFile: string;
let made = 0;
let service: string;
let repository: TestRepository;

beforeAll(async () => {
  cli = await startTestCli();
  secretFile = path.join(cli.folder, 'webhook-secret');
  writeFileSync(secretFile, `${webhookSecret}\n`);
});
afterAll(() => cli.close());

/** In a new repository; the command line finds the secret, as it does that of the embedded Slipway. */
beforeEach(() => {
  service = `shop-${++made}`;
  repository = makeTestRepository(path.join(cli.folder, service));
  process.chdir(repository.root);
});
afterEach(() => process.chdir(startedIn));

const slipway = (args: string, environment: NodeJS.ProcessEnv = {}) =>
  cli.slipway(args, { SLIPWAY_TOKEN: cli.tokens.mo, SLIPWAY_WEBHOOK_SECRET_FILE: secretFile, ...environment });

const commitSpec = (subject?: string): string =>
  repository.commit({ 'slipway.yaml': `service: ${service}\n` }, subject);

/** As its lane does when it takes the merge up. */
async function beginDeployment(commit: string): Promise<void> {
  const request = mergeRequest(`merge-${service}-${commit}`, service);
  if (request.source.from !== 'merge') throw new Error('no merge');
  await createLaneRecords(cli.central.database).open({ ...request, source: { ...request.source, commit } });
}

const inbox = (): Promise<{ payload: object }[]> =>
  cli.central.database.em.fork().execute(`select payload from inbox where service = '${service}'`);

test('init says the commands that are needed on this machine, each filled in', async () => {
  writeFileSync('index.html', '<h1>shop</h1>');
  const initialised = await slipway('init');
  expect(initialised.stdout.split('\n').filter((line) => line.startsWith('next'))).toEqual([
    `next connect  slipway connect ${service} --clone-url file://${repository.root} --repository local/${service}`,
    'next merge    git add . && git commit -m "Deploy with Slipway"',
    'next deliver  slipway deliver',
    `next watch    slipway watch ${service}`,
  ]);
  repository.commit({});
  repository.git('remote', 'add', 'origin', 'git@git.example:acme/store.git');
  const again = await slipway('init --force --json');
  expect((JSON.parse(again.stdout) as { next: string[] }).next.slice(0, 2)).toEqual([
    `slipway connect ${service} --clone-url file://${repository.root} --repository acme/store`,
    'git add slipway.yaml && git commit -m "Deploy with Slipway"',
  ]);
});

test('for another Slipway init says what is pushed to the code review', async () => {
  repository.commit({ 'index.html': '<h1>shop</h1>' });
  const initialised = await slipway('init --json', { SLIPWAY_WEBHOOK_SECRET_FILE: '' });
  expect(JSON.parse(initialised.stdout)).toMatchObject({
    next: [
      `slipway connect ${service} --clone-url <url> --repository <owner/name>`,
      'git add slipway.yaml && git commit -m "Deploy with Slipway" && git push origin main',
      `slipway watch ${service}`,
    ],
  });
});

test('connected and delivered without a flag, the head commit becomes a deployment, once', async () => {
  const commit = commitSpec('Greet well');
  const connected = await slipway(`connect ${service}`);
  expect(connected.stdout).toBe(
    `accepted   ${service} is local/${service}, folder .: merges into main are deployed\n` +
      'in effect  with the next commit that slipway deliver tells of\n' +
      'next       slipway deliver\n',
  );
  const before = '0'.repeat(40);
  await beginDeployment(commit);
  const delivered = await slipway('deliver');
  expect(delivered).toEqual({
    code: 0,
    stdout:
      `accepted   ${service}/1 is main at ${commit.slice(0, 10)} "Greet well"\n` +
      'in effect  when it is built, agreed to and rolled out\n' +
      `next       slipway watch ${service}/1\n`,
    stderr: `${cli.api.url} is told of a push to local/${service} by lin\n`,
  });
  const again = await slipway(`deliver ${repository.root} --json`);
  expect(JSON.parse(again.stdout)).toMatchObject({
    data: {
      repository: `local/${service}`,
      branch: 'main',
      commit,
      accepted: [{ service, repeated: true, deployment: `${service}/1` }],
      ignored: [],
    },
    next: [`slipway watch ${service}/1`],
  });
  const source = { from: 'merge', commit, before, branch: 'main', authors: ['lin'], pusher: 'lin' };
  expect(await inbox()).toMatchObject([{ payload: { source: { ...source, subject: 'Greet well' } } }]);
});

test('of several commits since the last merge each author is told: none of them approves it', async () => {
  await slipway(`connect ${service}`);
  await beginDeployment(commitSpec());
  for (const name of ['kim', 'pat'])
    repository.git('commit', '--quiet', '--allow-empty', `--author=${name} <${name}@example.com>`, '--message', name);
  await slipway('deliver');
  expect(await inbox()).toMatchObject([{ payload: { source: { authors: ['pat', 'kim'], pusher: 'lin' } } }]);
});

test('a repository is known by where services are cloned from, under whatever name', async () => {
  const commit = commitSpec();
  await slipway(`connect ${service} --repository acme/${service}`);
  await beginDeployment(commit);
  const delivered = await slipway('deliver --json');
  expect(JSON.parse(delivered.stdout)).toMatchObject({ data: { repository: `acme/${service}` } });
});

test('names that services disagree in are not chosen from, and --repository chooses', async () => {
  const commit = commitSpec();
  await slipway(`connect ${service} --repository acme/${service}`);
  await slipway(`connect ${service}-admin --repository acme/${service}-admin`);
  const refused = await slipway('deliver');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('give --repository')]);
  await beginDeployment(commit);
  const delivered = await slipway(`deliver --repository acme/${service} --json`);
  expect(JSON.parse(delivered.stdout)).toMatchObject({ data: { accepted: [{ service }] } });
});

test('what another branch is deployed from is named beside what was accepted', async () => {
  const commit = commitSpec();
  await slipway(`connect ${service}`);
  await slipway(`connect ${service}-old --branch old`);
  await beginDeployment(commit);
  const delivered = await slipway('deliver');
  expect(delivered.stdout).toContain(`ignored    ${service}-old is deployed from old, not from main\n`);
  expect(delivered.code).toBe(0);
});

test('a push that nothing is deployed from is refused with the reason: 3', async () => {
  commitSpec();
  const unknown = await slipway('deliver');
  expect([unknown.code, unknown.stdout]).toEqual([3, '']);
  expect(unknown.stderr).toContain(`error: no service is deployed from local/${service}  (refused)`);
  expect(unknown.stderr).toContain(`slipway connect <service> --repository local/${service}`);
  await slipway(`connect ${service} --branch old`);
  const ignored = await slipway('deliver --json');
  expect([ignored.code, problemIn(ignored).detail]).toEqual([3, `${service} is deployed from old, not from main`]);
  expect(await inbox()).toEqual([]);
});

test('what is written and not committed is not delivered in vain', async () => {
  repository.commit({ 'index.html': '<h1>shop</h1>' });
  await slipway(`connect ${service}`);
  writeFileSync('slipway.yaml', `service: ${service}\n`);
  const early = await slipway('deliver');
  expect([early.code, early.stderr]).toEqual([
    2,
    expect.stringContaining('has no slipway.yaml: git add slipway.yaml && git commit'),
  ]);
  await beginDeployment(commitSpec());
  writeFileSync('index.html', '<h1>more</h1>');
  writeFileSync('new.html', '');
  expect((await slipway('deliver')).stderr).toContain('not committed, and so left out: index.html, new.html\n');
});

test('what is not pushed to where the service is cloned from is not delivered in vain', async () => {
  commitSpec();
  const repositoryOf = `acme/${service}`;
  await slipway(`connect ${service} --clone-url https://git.example/${repositoryOf}.git --repository ${repositoryOf}`);
  const refused = await slipway(`deliver --repository ${repositoryOf}`);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/this commit is not pushed: git push\n$/)]);
  expect(await inbox()).toEqual([]);
});

test('a commit is not delivered for a service of another folder with the same name', async () => {
  commitSpec();
  await slipway(`connect ${service}`);
  await slipway(`connect ${service}-other --clone-url file:///elsewhere/${service} --repository local/${service}`);
  const refused = await slipway('deliver');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`${service}-other is known as local/${service}, too, and is cloned from /elsewhere`);
  expect(await inbox()).toEqual([]);
});

test.each([
  ['to a Slipway that is told by its code review', 2, 'its code review sends its pushes itself', 'deliver', ''],
  ['from a folder without a repository', 2, 'is not in a git repository', 'deliver /', undefined],
  ['as what is no name of a repository', 2, 'must be owner/name', 'deliver --repository shop', undefined],
])('nothing is delivered %s', async (_, code, message, command, secret) => {
  commitSpec();
  const refused = await slipway(command, secret === undefined ? {} : { SLIPWAY_WEBHOOK_SECRET_FILE: secret });
  expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(message)]);
});

test('a secret that is not that of the api is refused: 4', async () => {
  commitSpec();
  await slipway(`connect ${service}`);
  writeFileSync('other-secret', 'a guess');
  const file = path.join(repository.root, 'other-secret');
  const refused = await slipway('deliver', { SLIPWAY_WEBHOOK_SECRET_FILE: file });
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('bad-signature')]);
});
