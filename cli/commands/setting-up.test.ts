import { afterAll, beforeAll, expect, test } from '@jest/globals';
import path from 'node:path';
import { startTestCli, type TestCli } from '../test-cli.fixture.ts';
import { openDeployment } from '../test-deployments.fixture.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await startTestCli()));
afterAll(() => cli.close());

const slipway: TestCli['slipway'] = (args, environment) => cli.slipway(args, environment);

test('open prints a link that signs a browser in once, and nothing else', async () => {
  const opened = await slipway('open');
  const code = /^http:.*\/signin#code=(\S+)\n$/.exec(opened.stdout)?.[1];
  const session = (): Promise<Response> =>
    fetch(new URL('/v1/session', opened.stdout), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
  expect([(await session()).status, (await session()).status]).toEqual([200, 401]);
});

test('a service is connected with what its repository says and what flags add, and stays as it was otherwise', async () => {
  const environment = { SLIPWAY_TOKEN: cli.tokens.mo };
  const where = '--clone-url https://git.example/acme/cart.git --repository acme/cart';
  const first = await slipway(`connect cart ${where} --branch main --owners ada,mo --json`, environment);
  expect(JSON.parse(first.stdout)).toMatchObject({
    data: { service: 'cart', repository: 'acme/cart', branch: 'main', folder: '.', owners: ['ada', 'mo'] },
    next: ['slipway watch cart'],
  });
  const second = await slipway(`connect cart ${where} --branch release --json`, environment);
  expect(JSON.parse(second.stdout)).toMatchObject({ data: { branch: 'release', owners: ['ada', 'mo'] } });
  expect((await slipway(`connect cart ${where}`)).code).toBe(4);
});

test('a doctor before a working api finds all well, and before none says what to do: 1', async () => {
  const { code, stdout } = await slipway('doctor');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok +api +http:\/\/127\.0\.0\.1:\d+ answers in \d+ ms, version \S+$/m);
  expect(stdout).toMatch(/^ok +events +first event \(snapshot\)/m);
  expect(stdout).toMatch(/^ok +signed in +as ada \(deployer\)$/m);
  const away = await slipway('doctor', { SLIPWAY_API: 'http://127.0.0.1:1' });
  expect([away.code, away.stdout]).toEqual([1, expect.stringMatching(/^FAIL {2}api .+\n {6}start it/)]);
  const stranger = await slipway('doctor', { SLIPWAY_TOKEN: '' });
  expect([stranger.code, stranger.stdout]).toEqual([1, expect.stringMatching(/^ok {4}api .+\nFAIL {2}signed in/)]);
});

test('the shell completes services and deployments, for a minute without asking again, and silently nothing', async () => {
  const environment = { XDG_CACHE_HOME: path.join(cli.folder, 'cache') };
  const number = await openDeployment(cli);
  expect((await slipway('__complete -- status che', environment)).stdout).toBe('checkout\n');
  expect((await slipway(`__complete -- abort checkout/${number}`, environment)).stdout).toContain(`checkout/${number}`);
  const away = { ...environment, SLIPWAY_API: 'http://127.0.0.1:1' };
  expect(await slipway('__complete -- status che', away)).toEqual({ code: 0, stdout: '', stderr: '' });
  const nobody = { ...environment, SLIPWAY_TOKEN: 'unknown' };
  expect((await slipway('__complete -- status che', nobody)).stdout).toBe('checkout\n');
});

test('config shows each value and its source, and never the token', async () => {
  const { stdout } = await slipway('config');
  expect(stdout).toMatch(/^api +http:\/\/127\.0\.0\.1:\d+ +SLIPWAY_API$/m);
  expect(stdout).toMatch(/^token +set +SLIPWAY_TOKEN$/m);
  expect(stdout).not.toContain(cli.tokens.ada);
});
