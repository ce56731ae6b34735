import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunConfig } from '../../domain/spec/service-spec.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { findMarked, isAlive, signalProcess } from '../process-identity.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let isUp: boolean;

beforeEach(async () => {
  region = await startTestRegion();
  isUp = true;
  host = await openTestHost(region);
  region.gateway.secrets.set('checkout/db-url', planted);
  region.gateway.secrets.set('checkout/tls-key', `${planted}\n`);
});
afterEach(async () => {
  await host.destroy();
  if (isUp) await region.gateway.goDown();
});
const cutOff = async (): Promise<void> => {
  isUp = false;
  await region.gateway.goDown();
};
const reconnect = async (): Promise<void> => {
  await region.gateway.comeUp();
  isUp = true;
};

const planted = 'planted-0d0e1c5b-value';
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Notes digests of what it is given: a value that it wrote itself would be found where none may be. */
const server = `
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
const { STATE_DIRECTORY: state, CREDENTIALS_DIRECTORY: folder, DB_URL } = process.env;
const sha = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const read = (file) => { try { return fs.readFileSync(state + '/' + file, 'utf8').trim(); } catch { return 'no'; } };
setInterval(() => { if (read('crash') === String(process.pid)) process.exit(7); }, 20);
const files = folder === undefined ? [] : fs.readdirSync(folder).map((file) => [file, sha(fs.readFileSync(folder + '/' + file))]);
const found = { release: process.env.SLIPWAY_RELEASE, pid: process.pid, variable: DB_URL && sha(DB_URL), folder, files: Object.fromEntries(files) };
fs.appendFileSync(state + '/found', JSON.stringify(found) + '\\n');
http.createServer((request, response) => {
  response.statusCode = read('sick') === process.env.SLIPWAY_RELEASE ? 500 : 200;
  response.end(request.url === '/pid' ? String(process.pid) : '');
}).listen(process.env.PORT);
`;

interface Found {
  readonly release: string;
  readonly pid: number;
  readonly variable?: string;
  readonly folder?: string;
  readonly files: Readonly<Record<string, string>>;
}
const allFound = (): readonly Found[] =>
  existsSync(host.data('found'))
    ? readFileSync(host.data('found'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Found)
    : [];
const lastFound = (): Found => allFound().at(-1)!;

const both = { env: { DB_URL: 'db-url' }, files: { 'tls.key': 'tls-key' } };
const publish = (number: number, run: Partial<RunConfig> = { secrets: both }): TestRelease =>
  region.publish({ number, files: { 'server.mjs': server }, run });
const untilSays = (text: string) =>
  region.gateway.untilReport(
    ({ services: [service] }) => service?.reason?.includes(text) ?? false,
    `that says ${text}`,
  );
async function startWith(release: TestRelease): Promise<void> {
  region.setGoal({ deployment: 1, generation: 10, base: release });
  host.start();
  await region.untilSettles(release, 10);
}
/** Ends the instance as if by itself, and waits until the next one has started. */
async function crash(): Promise<Found> {
  const before = allFound().length;
  writeFileSync(host.data('crash'), String(lastFound().pid));
  await until(
    () => allFound().length > before,
    () => `no other instance starts\n${host.output()}`,
  );
  return lastFound();
}
const marked = (variable: 'SLIPWAY_KEEPER' | 'SLIPWAY_INSTANCE') => findMarked(variable, `${host.directory.mark}/`);

/** Every file below the folder, and all that other people see of processes. */
function placesOf(text: string): readonly string[] {
  const forms = [text, Buffer.from(text).toString('base64').replace(/=+$/, ''), encodeURIComponent(text)];
  const holds = (bytes: Buffer): boolean => forms.some((form) => bytes.includes(form));
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch {
      return Buffer.alloc(0); // a socket, a pipe, a process that ended
    }
  };
  const files = readdirSync(host.directory.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const cmdlines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `/proc/${pid}/cmdline`);
  const found = [...files, ...cmdlines].filter((file) => holds(read(file)));
  return holds(Buffer.from(host.output())) ? [...found, 'the log of the agent'] : found;
}

describe('a secret', () => {
  it('is given as variable and file at the start, and stands in no file, no log, no goal and no argv', async () => {
    await startWith(publish(1));
    const { variable, files, folder } = lastFound();
    expect({ variable, files }).toEqual({ variable: sha(planted), files: { 'tls.key': sha(`${planted}\n`) } });
    expect(region.gateway.secretRequests.map(({ names }) => names)).toEqual([['db-url', 'tls-key']]);

    // The search finds what is there: names in the signed config, and the value where it has to be.
    expect(placesOf('tls-key').length).toBeGreaterThan(0);
    expect(readFileSync(`/proc/${lastFound().pid}/environ`, 'utf8')).toContain(planted);
    expect(placesOf(planted)).toEqual([]);
    const others = [{ pid: host.agent().pid! }, ...marked('SLIPWAY_KEEPER')];
    expect(others.length).toBeGreaterThan(1);
    for (const { pid } of others) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(planted);

    expect(statSync(folder!).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder!, 'tls.key')).mode & 0o777).toBe(0o400);
    await crash();
    expect(existsSync(folder!)).toBe(false);
    expect(placesOf(planted)).toEqual([]);
    expect((await host.command(['stop'])).exitCode).not.toBe(0); // its agent runs
    await host.kill();
    const last = lastFound().folder!;
    expect(existsSync(last)).toBe(true);
    // Nobody is left who would see the instance end.
    for (const each of [...marked('SLIPWAY_KEEPER'), ...marked('SLIPWAY_INSTANCE')]) signalProcess(each, 'SIGKILL');
    await host.command(['stop']);
    expect(existsSync(last)).toBe(false);
  });

  it('that was rotated is taken at the next start', async () => {
    await startWith(publish(1));
    region.gateway.secrets.set('checkout/db-url', 'rotated\n');
    expect((await crash()).variable).toBe(sha('rotated'));
  });

  it('that is missing is said before anything is switched, is no fault of the release, and is waited for', async () => {
    const first = publish(1, {});
    await startWith(first);
    const { pid } = lastFound();
    const next = publish(2, { secrets: { env: { DB_URL: 'nowhere' } } });
    region.setGoal({ deployment: 2, generation: 20, base: first, next });
    const { services } = await untilSays('this region has no secret nowhere');
    expect(services[0]).toMatchObject({ running: first.digest, refused: [], health: 'healthy', state: 'switching' });
    expect(host.journal().filter((event) => event.type === 'switchIntended' && event.to === next.digest)).toEqual([]);
    expect(await host.ask('pid')).toBe(String(pid));
    region.gateway.secrets.set('checkout/nowhere', 'there');
    await region.untilSettles(next, 20);
    expect(lastFound().variable).toBe(sha('there'));
  });

  it('that is no text is refused as a variable, and nothing of it is said', async () => {
    const first = publish(1, {});
    await startWith(first);
    region.gateway.secrets.set('checkout/db-url', 'a\0bcd');
    region.setGoal({ deployment: 2, generation: 20, base: first, next: publish(2) });
    const { services } = await untilSays('the secret for DB_URL is not text');
    expect(services[0]).toMatchObject({ running: first.digest, refused: [] });
    expect(host.output()).not.toContain('bcd');
  });

  it('whose folder would be on a disk is not laid there', async () => {
    const first = publish(1, {});
    region.setGoal({ deployment: 1, generation: 10, base: first });
    host.start({ env: { SLIPWAY_MEMORY_FOLDER: '/proc' } });
    await region.untilSettles(first, 10);
    region.setGoal({ deployment: 2, generation: 20, base: first, next: publish(2) });
    const { services } = await untilSays('SLIPWAY_MEMORY_FOLDER');
    expect(services[0]).toMatchObject({ running: first.digest, refused: [] });
  });

  (userInfo().uid === 0 ? it : it.skip)("lies in files that are its account's alone", async () => {
    // The folder that a test makes lets nobody else in, unlike the one above an agent's.
    chmodSync(path.dirname(host.directory.root), 0o711);
    await startWith(publish(1, { secrets: both, user: 'nobody' }));
    const { folder, files } = lastFound();
    expect(files).toEqual({ 'tls.key': sha(`${planted}\n`) });
    const { uid } = statSync(path.join(folder!, 'tls.key'));
    expect(uid).toBeGreaterThan(0);
    expect(statSync(folder!).uid).toBe(uid);
  });
});

describe('with its gateway away', () => {
  it('an instance that ended starts again with what it was given, also by another agent', async () => {
    await startWith(publish(1));
    await cutOff();
    expect((await crash()).variable).toBe(sha(planted));
    await host.kill();
    const { pid } = lastFound();
    writeFileSync(host.data('crash'), String(pid));
    await until(
      () => !existsSync(`/proc/${pid}`),
      () => 'it lives',
    );
    host.start();
    await until(
      () => lastFound().pid !== pid,
      () => `nothing starts\n${host.output()}`,
    );
    expect(lastFound()).toMatchObject({ variable: sha(planted), files: { 'tls.key': sha(`${planted}\n`) } });
    expect(host.output()).toContain('the secrets of an earlier start are used');
    expect(placesOf(planted)).toEqual([]);
  });

  it('a host goes back to the release before with what that was given', async () => {
    const first = publish(1);
    await startWith(first);
    const next = publish(2);
    region.setGoal({ deployment: 2, generation: 20, base: first, next });
    await region.untilSettles(next, 20);
    await cutOff();
    writeFileSync(host.data('sick'), 'checkout@2');
    await until(
      () => lastFound().release === 'checkout@1' && allFound().length === 3,
      () => `it does not go back\n${host.output()}`,
    );
    expect(lastFound().variable).toBe(sha(planted));
  });

  it('an instance that took over from another starts again with what it was given, by the other keeper', async () => {
    const [own, other] = [await freePort(), await freePort()].toSorted((a, b) => a - b);
    const overlap = { secrets: both, restart: 'overlap' } as const;
    const first = publish(1, overlap);
    region.setGoal({ deployment: 1, generation: 10, base: first });
    host.start({ env: { SLIPWAY_INSTANCE_PORTS: `${own}-${other}` } });
    await region.untilSettles(first, 10);
    const next = publish(2, overlap);
    region.setGoal({ deployment: 2, generation: 20, base: first, next });
    await region.untilSettles(next, 20);
    await until(
      () => marked('SLIPWAY_INSTANCE').length === 1,
      () => 'the one before runs on',
    );
    await cutOff();
    expect(await crash()).toMatchObject({ release: 'checkout@2', variable: sha(planted) });
    expect(readdirSync('/dev/shm').filter((name) => name.startsWith(`slipway.${host.directory.mark}.`))).toHaveLength(
      1,
    );
  });

  it('slipway-agent rollback without an agent starts it with what its keeper remembers', async () => {
    const first = publish(1);
    await startWith(first);
    const next = publish(2);
    region.setGoal({ deployment: 2, generation: 20, base: first, next });
    await region.untilSettles(next, 20);
    await cutOff();
    await host.kill();
    expect(await host.command(['rollback'])).toMatchObject({ exitCode: 0 });
    expect(lastFound()).toMatchObject({ release: 'checkout@1', variable: sha(planted) });
  });

  it('after a boot it can not start, says so, refuses nothing, and starts once the gateway answers', async () => {
    const first = publish(1);
    await startWith(first);
    await cutOff();
    await host.kill();
    for (const name of ['SLIPWAY_KEEPER', 'SLIPWAY_INSTANCE'] as const)
      for (const each of marked(name)) {
        signalProcess(each, 'SIGKILL');
        await until(
          () => !isAlive(each),
          () => 'it lives',
        );
      }
    rmSync(lastFound().folder!, { recursive: true });
    host.start();
    await until(
      async () => (await host.command(['status'])).stdout.includes("secrets of the release can't be had"),
      () => host.output(),
    );
    expect(allFound()).toHaveLength(1);
    const before = region.gateway.reports.length;
    await reconnect();
    await until(
      () => region.gateway.reports.slice(before).some(({ services: [service] }) => service?.state === 'healthy'),
      () => `it does not start\n${host.output()}`,
    );
    expect(allFound()).toHaveLength(2);
    expect(host.journal().filter((event) => event.type === 'switchIntended' && event.kind === 'revert')).toEqual([]);
  });
});

it('a host that does not know a part of the run config says so, and installs nothing', async () => {
  const first = publish(1, {});
  await startWith(first);
  const next = publish(2, { later: {} } as Partial<RunConfig>);
  region.setGoal({ deployment: 2, generation: 20, base: first, next });
  const { services } = await untilSays('config is malformed');
  expect(services[0]).toMatchObject({ running: first.digest, health: 'healthy' });
});
