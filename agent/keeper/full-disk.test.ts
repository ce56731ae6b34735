import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest, ServiceName } from '../../domain/names.ts';
import { openAgentDirectory } from '../agent-directory.ts';
import { stopHost } from '../stop-host.ts';
import { canMount, mebibyte, openSmallDisk, type SmallDisk } from '../testing/small-disk.ts';
import { until } from '../testing/test-agent.ts';
import { ensureKeeper, statusOf } from './ensure-keeper.ts';
import { askKeeper } from './keeper-connection.ts';
import { keeperPlaces, type KeeperPlace } from './keeper-place.ts';
import type { KeeperStatus } from './keeper-status.ts';

let disk: SmallDisk;
let place: KeeperPlace;
/** Of the instance, on another disk. */
let notes: string;

beforeEach(() => void (notes = mkdtempSync(path.join(tmpdir(), 'slipway-notes-'))));
afterEach(async () => {
  await stopHost(disk.folder, 500);
  disk.close();
  rmSync(notes, { recursive: true });
});

/** Prints 2 MB a second, which waits when nobody reads, and notes how much it was; on a file `quiet` it says so, and prints no more. */
const prints = `
const fs = require('fs');
const notes = process.argv[1];
const text = ('x'.repeat(99) + '\\n').repeat(100);
let bytes = 0;
setInterval(() => {
  if (fs.existsSync(notes + '/quiet')) return fs.writeFileSync(notes + '/is-quiet', '');
  fs.writeFileSync(1, text);
  bytes += text.length;
  fs.writeFileSync(notes + '/new', String(bytes));
  fs.renameSync(notes + '/new', notes + '/printed');
}, 5);`;

async function useDisk(options: string, reserveBytes: number): Promise<void> {
  disk = openSmallDisk(options);
  [place] = keeperPlaces(openAgentDirectory(disk.folder), 'checkout' as ServiceName);
  await ensureKeeper(place, reserveBytes);
}
let starts = 0;
async function start(): Promise<void> {
  const [id, release] = [`${place.prefix}${++starts}`, 'sha256:1' as Digest];
  const argv = [process.execPath, '-e', prints, notes];
  const answer = await askKeeper(place.keeper, { do: 'start', id, release, port: 1, argv, cwd: '/', env: {} }, 5_000);
  expect(answer.ok).toBe(true);
}
const status = async (): Promise<KeeperStatus> => (await statusOf(place.keeper))!;
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
const kept = (): number => sizeOf(path.join(place.logs, 'instance.log'));
const printed = (): number =>
  sizeOf(path.join(notes, 'printed')) > 0 ? Number(readFileSync(path.join(notes, 'printed'))) : 0;
const untilPrinted = (bytes: number) =>
  until(
    () => printed() >= bytes,
    () => `it printed ${printed()} of ${bytes}`,
  );
async function untilTold(why: string | null): Promise<void> {
  let told: KeeperStatus['dropsLog'];
  await until(
    async () => ((told = (await status()).dropsLog)?.why ?? null) === why,
    () => `it is told ${JSON.stringify(told)}`,
  );
}
/** How much was dropped, once it has told of each byte that the instance printed. */
async function untilCounted(): Promise<number> {
  writeFileSync(path.join(notes, 'quiet'), '');
  let dropped = 0;
  await until(
    async () => {
      dropped = (await status()).droppedLogBytes;
      return existsSync(path.join(notes, 'is-quiet')) && kept() + dropped === printed();
    },
    () => `of ${printed()} bytes ${kept()} were kept and ${dropped} dropped`,
  );
  return dropped;
}

(canMount ? describe : describe.skip)('an instance that prints more than its disk has room for', () => {
  it.each([
    ['a reserve is touched', 8 * mebibyte, 'less than 8 MiB of its disk are free'],
    ['nothing is left', 0, "its file can't be written (ENOSPC)"],
  ])('goes on when %s; what it prints is counted, and kept again when there is room', async (_when, reserve, why) => {
    await useDisk('size=20m', reserve);
    const filling = disk.fillUp(reserve + 2 * mebibyte);
    await start();
    await untilTold(why);
    expect(disk.freeBytes()).toBeGreaterThanOrEqual(reserve / 2);
    await untilPrinted(printed() + mebibyte);
    rmSync(filling);
    await untilTold(null);
    expect(await untilCounted()).toBeGreaterThan(mebibyte / 2);
    expect(kept()).toBeGreaterThan(mebibyte);
  });

  it('runs where there is no inode for its pipe, which is told, and is heard from its next start on', async () => {
    await useDisk('size=20m,nr_inodes=40', 0);
    const files = disk.takeInodes();
    await start();
    await untilPrinted(mebibyte);
    await untilTold('there is no pipe for it (mkfifo failed)');
    expect(kept()).toBe(0);
    for (const file of files) rmSync(file);
    await askKeeper(place.keeper, { do: 'stop', timeoutMs: 500 }, 10_000);
    await start();
    await untilTold(null);
    await until(
      () => kept() > 0,
      () => 'nothing is kept',
    );
  });
});
