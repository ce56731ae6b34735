import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServiceReport } from '../../protocol/gateway.ts';
import { failingReads } from '../testing/failing-reads.ts';
import { whileItStandsStill } from '../testing/stand-still.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease, TestReleaseInput } from '../testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let release: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const lookOften = { SLIPWAY_TREE_LOOK_MS: '200' };
const big = Buffer.alloc(300_000, 7);

async function runs(
  input: Omit<TestReleaseInput, 'number'> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  release = region.publish({
    number: 1,
    ...input,
    files: { 'shared/big.bin': big, link: '-> health', ...input.files },
  });
  region.setGoal({ deployment: 1, generation: 10, base: release });
  host.start({ env: { ...lookOften, ...env } });
  await untilReport((said) => said.running === release.digest && said.health === 'healthy', 'that it runs');
  return (await host.ask('pid'))!;
}

const untilReport = (holds: (said: ServiceReport) => boolean, what: string) =>
  region.gateway.untilReport(({ services: [said] }) => said !== undefined && holds(said), what);

const untilMended = () =>
  untilReport((said) => said.drift?.state === 'mended' && said.health === 'healthy', 'that it was mended');

const folder = () => host.directory.service(checkout);
const inTree = (name: string): string => path.join(folder().release(release.digest).tree, name);
/** Null while the tree is exchanged. */
function contentOf(name: string): Buffer | null {
  try {
    return readFileSync(inTree(name));
  } catch {
    return null;
  }
}
const said = (): ServiceReport => region.gateway.reports.at(-1)!.services[0]!;

/** As root, or as the account that owns the tree, somebody can. */
const edit = (name: string, change: (file: string) => void): void => atOnce(() => editAsOwner(inTree(name), change));

/** One change, as the agent sees it, which looks all the time. */
const atOnce = (change: () => void): void => whileItStandsStill(host.agent(), change);

function editAsOwner(file: string, change: (file: string) => void): void {
  const parent = path.dirname(file);
  chmodSync(parent, 0o755);
  if (existsSync(file)) chmodSync(file, 0o644);
  change(file);
  if (existsSync(file)) chmodSync(file, 0o444);
  chmodSync(parent, 0o555);
}

describe('an installed tree that was changed', () => {
  it.each<[string, string, string, () => void]>([
    [
      'another content',
      'server.mjs',
      'content',
      () => edit('server.mjs', (file) => writeFileSync(file, 'process.exit(1)')),
    ],
    ['a missing file', 'assets/number.txt', 'absent', () => edit('assets/number.txt', (file) => rmSync(file))],
    [
      'a file that nobody listed',
      'assets/new.txt',
      'unlisted',
      () => edit('assets/new.txt', (file) => writeFileSync(file, 'x')),
    ],
    ['a file that may be written', 'server.mjs', 'mode', () => chmodSync(inTree('server.mjs'), 0o644)],
    ['a folder that may be written', 'assets', 'mode', () => chmodSync(inTree('assets'), 0o755)],
  ])('is found and mended: %s', async (_what, name, kind, change) => {
    const pid = await runs();
    change();
    await untilReport((report) => report.drift !== undefined, 'that the change is told');
    expect(said().drift).toMatchObject({
      release: release.digest,
      count: 1,
      differences: [{ path: name, what: kind }],
    });
    await untilMended();
    expect(await host.ask('pid')).not.toBe(pid);
    expect(readFileSync(inTree('assets/number.txt'), 'utf8')).toBe('release 1\n');
    expect(existsSync(inTree('assets/new.txt'))).toBe(false);
    expect((statSync(inTree('server.mjs')).mode & 0o777).toString(8)).toBe('444');
    await until(
      () => readdirSync(folder().releases).length === 1 && readdirSync(folder().staging).length === 0,
      () => 'what was replaced is removed',
    );
  });

  it.each<[string, string, (file: string) => unknown]>([
    ['a folder in the place of a file', 'assets/number.txt', (file) => mkdirSync(file)],
    ['a pipe in the place of a file', 'assets/number.txt', (file) => execFileSync('mkfifo', [file])],
    ['a link that leads elsewhere', 'link', (file) => symlinkSync('server.mjs', file)],
  ])('is mended: %s', async (_what, name, make) => {
    await runs();
    atOnce(() => {
      chmodSync(path.dirname(inTree(name)), 0o755);
      rmSync(inTree(name));
      make(inTree(name));
    });
    await untilMended();
    expect(readFileSync(inTree('assets/number.txt'), 'utf8')).toBe('release 1\n');
    expect(readlinkSync(inTree('link'))).toBe('health');
  });

  it.each([
    ['the documents of a release', 'ENFILE', '/.slipway/'],
    ['one file of it', 'EIO', '/tree/server.mjs'],
    ['a folder of it', 'ENOMEM', '/tree/assets'],
    ['anything of it', 'EMFILE', '/releases/'],
  ])('is not one of which %s could not be looked at (%s): that is told, and looked at again', async (_, code, part) => {
    const reads = failingReads(path.dirname(host.directory.root));
    const pid = await runs({}, reads.env);
    reads.fail(code, part);
    await until(
      () => new RegExp(`${code}.*could not be looked at`).test(host.output()),
      () => `nobody says that it could not be looked at\n${host.output()}`,
    );
    expect(await host.ask('pid')).toBe(pid);
    reads.heal();
    edit('assets/number.txt', (file) => writeFileSync(file, 'edited'));
    await untilReport((report) => report.drift !== undefined, 'that the change is told');
    // Of all that was told, that is the first.
    const told = region.gateway.reports.flatMap(({ services: [each] }) => each?.drift ?? []);
    expect(told[0]).toMatchObject({ count: 1, differences: [{ path: 'assets/number.txt', what: 'content' }] });
    await untilMended();
  });

  it('is one of which the disk does not read a file, in five looks in a row; what is lost comes from the gateway', async () => {
    const reads = failingReads(path.dirname(host.directory.root));
    await runs({}, reads.env);
    reads.lose(inTree('shared/big.bin'));
    await untilReport((report) => report.drift !== undefined, 'that the bad sector is told');
    expect(said().drift).toMatchObject({ count: 1, differences: [{ path: 'shared/big.bin', what: 'unreadable' }] });
    expect(host.output().match(/shared\/big\.bin \(EIO\)/g)).toHaveLength(4);
    await untilMended();
    expect(readFileSync(inTree('shared/big.bin')).equals(big)).toBe(true);
  });

  it('is one of which the disk does not read the documents, in five looks in a row', async () => {
    const reads = failingReads(path.dirname(host.directory.root));
    await runs({}, reads.env);
    reads.lose(path.join(folder().release(release.digest).documents, 'listing'));
    await untilReport((report) => report.drift !== undefined, 'that the bad sector is told');
    expect(said().drift).toMatchObject({ differences: [{ path: '.slipway', what: 'unreadable' }] });
    await untilMended();
  });

  it('is found though its mark could not be looked at (ENFILE)', async () => {
    const reads = failingReads(path.dirname(host.directory.root));
    await runs({}, reads.env);
    const { ok } = folder().release(release.digest);
    reads.fail('ENFILE', path.relative(folder().releases, ok));
    edit('assets/number.txt', (file) => writeFileSync(file, 'edited'));
    await untilReport((report) => report.drift !== undefined, 'that the change is told');
    expect(said().drift).toMatchObject({
      count: 1,
      differences: [{ path: 'assets/number.txt', what: 'content' }],
    });
  });

  it('is not read as a whole at each look because an entry of it could not be looked at (ENFILE)', async () => {
    const reads = failingReads(path.dirname(host.directory.root));
    await runs({}, reads.env);
    const prints = (): Record<string, string> =>
      JSON.parse(readFileSync(path.join(folder().release(release.digest).documents, 'prints.json'), 'utf8')) as Record<
        string,
        string
      >;
    const before = prints();
    reads.fail('ENFILE', '/tree/server.mjs');
    utimesSync(inTree('health'), new Date(), new Date(0));
    await until(
      () => prints()['health'] !== before['health'],
      () => `no print was written\n${host.output()}`,
    );
    expect(prints()).toEqual({ ...before, health: expect.any(String) });
  });

  it("is found where size and time are as they were: a ctime is nobody's to set", async () => {
    await runs();
    edit('health', (file) => {
      const { atime, mtime } = statSync(file);
      writeFileSync(file, '201');
      utimesSync(file, atime, mtime);
    });
    await untilReport((report) => report.drift?.differences[0]?.path === 'health', 'that the change is told');
    await untilMended();
    expect(readFileSync(inTree('health'), 'utf8')).toBe('200');
  });

  it('is found where the prints were changed with it', async () => {
    await runs();
    await host.kill();
    edit('health', (file) => writeFileSync(file, '201'));
    const documents = folder().release(release.digest).documents;
    const prints = JSON.parse(readFileSync(path.join(documents, 'prints.json'), 'utf8')) as Record<string, string>;
    const { mode, size, mtimeNs, ctimeNs, ino } = statSync(inTree('health'), { bigint: true });
    writeFileSync(
      path.join(documents, 'prints.json'),
      JSON.stringify({ ...prints, health: [mode, size, mtimeNs, ctimeNs, ino].join(':') }),
    );
    host.start({ env: lookOften });
    await untilMended();
    expect(readFileSync(inTree('health'), 'utf8')).toBe('200');
  });

  it('is mended without the gateway where its bytes are on the disk', async () => {
    await runs({ files: { 'other/big.bin': big } });
    await region.gateway.goDown();
    edit('shared/big.bin', (file) => writeFileSync(file, 'gone'));
    await until(
      () => contentOf('shared/big.bin')?.equals(big) ?? false,
      () => `the file is not right again\n${host.output()}`,
    );
    await region.gateway.comeUp();
    await untilMended();
    expect(host.starts()).toHaveLength(2);
  });

  it('is only told by run.drift: report, and what runs is left alone', async () => {
    const pid = await runs({ run: { drift: 'report' } });
    edit('assets/number.txt', (file) => writeFileSync(file, 'edited'));
    await untilReport((report) => report.drift?.state === 'reported', 'that the change is told');
    expect(said().reason).toBe(
      'the installed tree was changed: assets/number.txt (content); it is left so, by run.drift: report',
    );
    edit('assets/number.txt', (file) => writeFileSync(file, 'release 1\n'));
    await untilReport((report) => report.drift?.state === 'mended' && report.reason === null, 'that it was undone');
    expect(await host.ask('pid')).toBe(pid);
  });

  it('is mended three times within an hour at most, by the next agent too', async () => {
    await runs();
    for (const n of [1, 2, 3]) {
      edit('assets/number.txt', (file) => writeFileSync(file, `edited ${n}`));
      await until(
        () => host.starts().length === n + 1,
        () => `mend ${n}\n${host.output()}`,
      );
      await untilMended();
      expect(readFileSync(inTree('assets/number.txt'), 'utf8')).toBe('release 1\n');
    }
    await host.kill();
    host.start({ env: lookOften });
    edit('assets/number.txt', (file) => writeFileSync(file, 'edited 4'));
    await untilReport((report) => report.drift?.state === 'given-up', 'that it is given up');
    expect(readFileSync(inTree('assets/number.txt'), 'utf8')).toBe('edited 4');
    expect(host.starts()).toHaveLength(4);
  });

  it('is not what a deployment waits for: the next release is switched to, and right', async () => {
    await runs({ run: { drift: 'report' } });
    edit('server.mjs', (file) => writeFileSync(file, 'process.exit(1)'));
    await untilReport((report) => report.drift?.state === 'reported', 'that the change is told');
    const next = region.publish({ number: 2 });
    region.setGoal({ deployment: 2, generation: 20, base: release, next });
    await untilReport((report) => report.running === next.digest && report.health === 'healthy', 'that the next runs');
    expect(said().drift).toBeUndefined();
  });

  it.each(['journal:treeReplaced', 'rename:.replaced', 'rename:DIGEST'])(
    'leaves a whole release when its agent is killed in the middle: %s',
    async (step) => {
      await runs();
      await host.kill();
      const { root } = folder().release(release.digest);
      edit('server.mjs', (file) => writeFileSync(file, 'process.exit(1)'));
      host.start({ env: lookOften, killAt: step.replace('DIGEST', `releases/${path.basename(root)}`) });
      await host.ended();
      host.start({ env: lookOften });
      await until(
        () => (contentOf('server.mjs')?.toString() ?? 'process.exit(1)') !== 'process.exit(1)',
        () => `the file is not right again\n${host.output()}`,
      );
      await until(
        () => host.starts().length >= 2,
        () => `it was not started anew\n${host.output()}`,
      );
      await until(
        () => readdirSync(folder().releases).length === 1,
        () => readdirSync(folder().releases).join(' '),
      );
      await host.untilAnswers('release', 'checkout@1');
      expect(host.starts().length).toBeLessThanOrEqual(3);
    },
  );
});
