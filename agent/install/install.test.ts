import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest } from '../../domain/names.ts';
import type { ReleaseDirectory as Staged } from '../agent-directory.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let first: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1, files: { 'shared/big.bin': Buffer.alloc(200_000, 1) } });
  region.setGoal({ deployment: 1, generation: 10, base: first });
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const chunk = (release: TestRelease, content: Buffer): Digest =>
  [...release.chunks].find(([, bytes]) => bytes.equals(content))![0];

describe('a release is brought to disk', () => {
  it('as it is listed: content, modes, links, empty files and twins, and nobody may write to it', async () => {
    const release = region.publish({
      number: 2,
      files: { 'run.sh': 'exit 0\n', empty: '', 'a/one.txt': 'twin', 'a/b/two.txt': 'twin', latest: '-> a/one.txt' },
    });
    region.setGoal({ deployment: 2, generation: 20, base: null, next: release });
    host.start();
    await region.untilRuns(release, 20);
    const { tree, ok } = host.directory.service(checkout).release(release.digest);
    expect(readFileSync(ok, 'utf8')).toBe(release.digest);
    expect(readFileSync(`${tree}/latest`, 'utf8')).toBe('twin');
    expect(readFileSync(`${tree}/a/b/two.txt`, 'utf8')).toBe('twin');
    expect(statSync(`${tree}/empty`).size).toBe(0);
    expect(
      [tree, `${tree}/a`, `${tree}/run.sh`, `${tree}/a/one.txt`].map((file) =>
        (statSync(file).mode & 0o777).toString(8),
      ),
    ).toEqual(['555', '555', '555', '444']);
    expect(region.gateway.sentBytes.get(chunk(release, Buffer.from('twin')))).toBe(4);
    expect(readdirSync(host.directory.service(checkout).staging)).toEqual([]);
  });

  it('with what other releases on disk have in common, without the network', async () => {
    host.start();
    await region.untilRuns(first, 10);
    const big = Buffer.alloc(200_000, 1);
    const second = region.publish({ number: 2, files: { 'moved/big.bin': big } });
    region.gateway.sentBytes.clear();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await region.untilRuns(second, 20);
    expect(region.gateway.sentBytes.get(chunk(second, big))).toBeUndefined();
    const counted = host.journal().filter((event) => event.type === 'fetchProgressed');
    expect(counted.reduce((sum, event) => sum + event.reusedBytes, 0)).toBeGreaterThanOrEqual(200_000);
  });

  it('again, where a seed on disk was damaged', async () => {
    host.start();
    await region.untilRuns(first, 10);
    const big = Buffer.alloc(200_000, 1);
    const seed = `${host.directory.service(checkout).release(first.digest).tree}/shared/big.bin`;
    writeDamage(seed);
    const second = region.publish({ number: 2, files: { 'shared/big.bin': big } });
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await region.untilRuns(second, 20);
    const { tree } = host.directory.service(checkout).release(second.digest);
    expect(readFileSync(`${tree}/shared/big.bin`).equals(big)).toBe(true);
  });
});

describe('a fetch that is disturbed', () => {
  const large = Buffer.alloc(3_000_000, 9);

  it.each([
    ['a link in the place of a part', ({ parts }: Staged, part: string) => [parts, `${parts}/${part}`]],
    ['a link in the place of a folder of the tree', ({ tree }: Staged) => [tree, `${tree}/shared`]],
    ['a link in the place of the tree', ({ root, tree }: Staged) => [root, tree]],
    ['a link in the place of all of it', ({ root }: Staged) => [path.dirname(root), root]],
  ])('by %s writes nothing where that leads, says so, and is tried again', async (_, placeOf) => {
    const second = region.publish({ number: 2, files: { 'shared/large.bin': large } });
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'slipway-elsewhere-'));
    const precious = path.join(elsewhere, 'precious');
    writeFileSync(precious, 'precious', { mode: 0o644 });
    const digest = chunk(second, large).slice('sha256:'.length);
    const [folder, link] = placeOf(host.directory.service(checkout).staged(second.digest), digest) as [string, string];
    mkdirSync(folder, { recursive: true });
    symlinkSync(link.endsWith(digest) ? precious : elsewhere, link);
    region.setGoal({ deployment: 2, generation: 20, base: null, next: second });
    host.start();
    await region.untilRuns(second, 20);
    expect(host.output()).toContain(`somebody put ${link} where`);
    const left = readdirSync(elsewhere).map((name) => [name, statSync(path.join(elsewhere, name)).mode & 0o777]);
    expect([left, readFileSync(precious, 'utf8')]).toEqual([[['precious', 0o644]], 'precious']);
    rmSync(elsewhere, { recursive: true });
  });

  it('goes on in the middle of a chunk after connections broke and the agent was killed', async () => {
    const second = region.publish({ number: 2, files: { 'large.bin': large } });
    const digest = chunk(second, large);
    let sent = 0;
    let breaks = 0;
    region.gateway.interfere = (request, response) => {
      if (!request.url?.endsWith(digest) || breaks === 3) return false;
      breaks += 1;
      const start = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
      const piece = large.subarray(start, start + 700_000);
      sent += piece.length;
      response.writeHead(start > 0 ? 206 : 200, {
        'content-length': large.length - start,
        ...(start > 0 ? { 'content-range': `bytes ${start}-${large.length - 1}/${large.length}` } : {}),
      });
      // All of it arrives, and then the connection ends.
      response.write(piece, () => response.socket?.destroySoon());
      return true;
    };
    region.setGoal({ deployment: 2, generation: 20, base: null, next: second });
    host.start();
    await until(
      () => breaks >= 2,
      () => 'no second break',
    );
    await host.kill();
    host.start();
    await region.untilRuns(second, 20);
    sent += region.gateway.sentBytes.get(digest) ?? 0;
    // What was under way when the agent was killed, and what a stream had read ahead at each end of a connection.
    const readAhead = 65_536;
    expect(sent).toBeLessThanOrEqual(large.length + 700_000 + breaks * readAhead);
  });

  it.each([
    [
      'a flipped bit',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]),
      'differs from its digest',
    ],
    ['more than was signed', (bytes: Buffer) => Buffer.concat([bytes, bytes]), 'larger than'],
    ['less than was signed', (bytes: Buffer) => bytes.subarray(1), 'differs from its digest'],
  ])('by %s installs nothing, says so, and is tried again', async (_what, disturb, reason) => {
    host.start();
    await region.untilRuns(first, 10);
    const second = region.publish({ number: 2, files: { 'large.bin': large } });
    const digest = chunk(second, large);
    region.gateway.interfere = (request, response) => {
      if (!request.url?.endsWith(digest)) return false;
      response.end(disturb(large));
      return true;
    };
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await region.gateway.untilReport(
      ({ services: [service] }) => service?.reason?.includes(reason) ?? false,
      `with "${reason}"`,
    );
    expect(existsSync(host.directory.service(checkout).release(second.digest).root)).toBe(false);
    expect(await host.ask('release')).toBe('checkout@1');
    region.gateway.interfere = null;
    await region.untilRuns(second, 20);
  });

  it('is given up when the goal no longer asks for it', async () => {
    host.start();
    await region.untilRuns(first, 10);
    const second = region.publish({ number: 2, files: { 'large.bin': large } });
    const digest = chunk(second, large);
    let open = 0;
    region.gateway.interfere = (request, response) => {
      if (!request.url?.endsWith(digest)) return false;
      response.writeHead(200, { 'content-length': large.length });
      response.write(large.subarray(0, 1000));
      open += 1;
      response.once('close', () => (open -= 1));
      return true;
    };
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await until(
      () => open > 0,
      () => 'it does not fetch',
    );
    const third = region.publish({ number: 3 });
    region.setGoal({ deployment: 3, generation: 30, base: first, next: third });
    await region.untilRuns(third, 30);
    expect(open).toBe(0);
  });
});

it('keeps what is needed for the way back, and takes away the rest', async () => {
  host.start();
  await region.untilRuns(first, 10);
  const releases = [first];
  for (let number = 2; number <= 5; number++) {
    const next = region.publish({ number });
    region.setGoal({ deployment: number, generation: number * 10, base: releases.at(-1)!, next });
    await region.untilRuns(next, number * 10);
    region.setGoal({ deployment: number, generation: number * 10 + 1, base: next, step: 'finish' });
    await region.untilRuns(next, number * 10 + 1);
    releases.push(next);
  }
  const kept = (): readonly string[] => readdirSync(host.directory.service(checkout).releases).sort();
  const wanted = releases
    .slice(-2)
    .map(({ digest }) => digest.slice('sha256:'.length))
    .sort();
  await until(
    () => kept().length === wanted.length,
    () => `kept: ${kept().join()}`,
  );
  expect(kept()).toEqual(wanted);
});

function writeDamage(file: string): void {
  chmodSync(file, 0o644);
  writeFileSync(file, Buffer.alloc(statSync(file).size, 2));
}
