import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCentralDatabase, type CentralTestDatabase } from '../../../test/central-database.ts';
import { startControlApi, type TestControlApi } from '../../../test/control-api.ts';

let central: CentralTestDatabase;
let api: TestControlApi;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-web-'));
  await mkdir(path.join(folder, 'web', 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'web', 'index.html'), '<!doctype html><title>Slipway</title>');
  await writeFile(path.join(folder, 'web', 'assets', 'main-4f2a.js'), 'export {};');
  await writeFile(path.join(folder, 'secret.txt'), 'not for the web');
  central = await createCentralDatabase();
  const webFolder = path.join(folder, 'web');
  api = await startControlApi({ database: central.database, databaseUrl: central.url, webFolder });
});
afterAll(async () => {
  await api.close();
  await central.close();
  await rm(folder, { recursive: true });
});

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test.each(['/', '/signin', '/s/checkout', '/s/checkout/d/87', '/s/checkout/compare/411...412', '/regions/eu-west'])(
  '%s is a page, never from a cache and in nobody else’s frame',
  async (address) => {
    const page = await fetch(api.url + address, { headers: html });
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>Slipway</title>']);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('same-origin');
  },
);

test.each(['/v1/me', '/v1/events', '/openapi.json', '/healthz', '/readyz', '/metrics', '/nothing'])(
  '%s is read as what its type says',
  async (address) => {
    const answer = await fetch(api.url + address);
    await answer.body?.cancel();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  },
);

test('an asset is kept for ever, since its name holds its digest', async () => {
  const asset = await fetch(`${api.url}/assets/main-4f2a.js`);
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect(asset.headers.get('content-type')).toContain('javascript');
  expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each([
  ['/assets/gone.js', html, 404],
  ['/nothing', {}, 404],
  ['/v1/nothing', html, 404],
  ['/v1/services', html, 401],
])('%s is answered as a problem', async (address, headers, status) => {
  const answer = await fetch(api.url + address, { headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    'application/problem+json; charset=utf-8',
  ]);
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '//etc/passwd', '/%00'])(
  'nothing outside of the folder is served: %s',
  async (address) => {
    const { hostname, port } = new URL(api.url);
    const text = await new Promise<string>((resolve, reject) => {
      // fetch would tidy up the path.
      const sent = request({ hostname, port, path: address, headers: { accept: '*/*' } }, (answer) => {
        let body = '';
        answer.on('data', (piece: Buffer) => (body += piece.toString()));
        answer.on('end', () => resolve(body));
      });
      sent.on('error', reject).end();
    });
    expect(text).not.toContain('not for the web');
    expect(text).not.toContain('root:');
  },
);

test('pages that are not built are not there, and say so', async () => {
  const webFolder = path.join(folder, 'not-built');
  const bare = await startControlApi({ database: central.database, databaseUrl: central.url, webFolder });
  try {
    expect((await fetch(`${bare.url}/`, { headers: html })).status).toBe(404);
  } finally {
    await bare.close();
  }
});
