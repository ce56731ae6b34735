import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { digestName } from '../agent-directory.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { linkedRelease } from './installed-release.ts';

const large = Buffer.alloc(3_000_000, 9);
let region: TestRegion;
let host: TestHost;
let first: TestRelease;
let second: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  second = region.publish({ number: 2, files: { 'large.bin': large } });
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start();
  await region.untilRuns(first, 10);
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const largeChunk = () => [...second.chunks].find(([, bytes]) => bytes.equals(large))![0];
const advance = () => region.setGoal({ deployment: 2, generation: 20, base: first, next: second });

/** Nothing but the first release is there, and it runs. */
async function expectFirstAlone(): Promise<void> {
  const { releases, current } = host.directory.service(checkout);
  expect(readdirSync(releases)).toEqual([digestName(first.digest)]);
  expect(await linkedRelease(current)).toBe(first.digest);
  expect(host.journal().filter(({ type }) => type === 'fetched')).toHaveLength(1);
  expect(await host.ask('release')).toBe('checkout@1');
}

async function expectSecondWhole(): Promise<void> {
  await region.untilRuns(second, 20);
  const { tree } = host.directory.service(checkout).release(second.digest);
  expect(readFileSync(path.join(tree, 'large.bin')).equals(large)).toBe(true);
  expect(await host.ask('release')).toBe('checkout@2');
}

it('an answer that ends before its first byte, after it, in the middle, or before its last is refused each time, and asked for again', async () => {
  const cuts = [0, 1, large.length / 2, large.length - 1];
  const digest = largeChunk();
  const asked: (string | undefined)[] = [];
  region.gateway.interfere = (request, response) => {
    if (!request.url?.endsWith(digest)) return false;
    asked.push(request.headers.range);
    const cut = cuts[asked.length - 1];
    if (cut === undefined) return false;
    response.end(large.subarray(0, cut));
    return true;
  };
  const refused = () => host.output().split(`chunk ${digest} differs from its digest`).length - 1;
  advance();
  for (const [index] of cuts.entries()) {
    await until(
      () => refused() > index,
      () => `of ${asked.length} answers ${refused()} were refused`,
    );
    expect(readdirSync(host.directory.service(checkout).releases)).toEqual([digestName(first.digest)]);
  }
  await expectSecondWhole();
  // Each from its beginning.
  expect(asked).toEqual([...cuts, large.length].map(() => undefined));
});

it('an agent that is killed again and again while it writes a large file leaves what ran, until all of the new one is there', async () => {
  const part = path.join(host.directory.service(checkout).staged(second.digest).parts, digestName(largeChunk()));
  await host.kill();
  advance();
  for (let tenth = 1; tenth <= 10; tenth++) {
    const bytes = (large.length * tenth) / 10;
    host.start({ killAt: `written:${bytes}` });
    await host.ended();
    expect(host.agent().signalCode).toBe('SIGKILL');
    expect(statSync(part).size).toBeGreaterThanOrEqual(bytes);
    await expectFirstAlone();
  }
  host.start();
  await expectSecondWhole();
  expect(host.starts()).toHaveLength(2);
});
