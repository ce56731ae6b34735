import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HostId, ServiceName } from '../../domain/names.ts';
import { openAgentDirectory } from '../agent-directory.ts';
import { openHostMemory } from './host-memory.ts';
import { openJournal } from './journal.ts';
import { decodeLines, encodeLine } from './journal-line.ts';
import { SnapshotError, UnreadMemoryError } from './two-copies.ts';

let folder: string;
const files = () => ({ file: path.join(folder, 'journal'), reserve: path.join(folder, 'reserve') });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-journal-'));
});
afterEach(() => {
  spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
  rmSync(folder, { recursive: true });
});

const linesWithin = (whole: Buffer, bytes: number): number => whole.toString('utf8', 0, bytes).split('\n').length - 1;

async function write(...texts: readonly string[]): Promise<void> {
  const { journal } = await openJournal(files());
  for (const text of texts) await journal.append(text);
  await journal.close();
}

async function read(): Promise<readonly string[]> {
  const { journal, texts } = await openJournal(files());
  await journal.close();
  return texts;
}

describe('a journal', () => {
  it('gives back what was appended, over many openings', async () => {
    await write('{"a":1}', '{"b":"ü\\n"}');
    await write('{"c":3}');
    expect(await read()).toEqual(['{"a":1}', '{"b":"ü\\n"}', '{"c":3}']);
  });

  it('cuts off a torn last line, and goes on from there', async () => {
    await write('{"a":1}', '{"b":2}');
    truncateSync(files().file, readFileSync(files().file).length - 3);
    expect(await read()).toEqual(['{"a":1}']);
    await write('{"c":3}');
    expect(await read()).toEqual(['{"a":1}', '{"c":3}']);
  });

  it('gives back all lines but the last, wherever that one was cut, and goes on from there', async () => {
    await write('{"a":1}', '{"b":"ü"}', '{"c":3}');
    const whole = readFileSync(files().file);
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let bytes = last; bytes < whole.length; bytes++) {
      writeFileSync(files().file, whole.subarray(0, bytes));
      expect(await read()).toEqual(['{"a":1}', '{"b":"ü"}']);
      await write('{"d":4}');
      expect(await read()).toEqual(['{"a":1}', '{"b":"ü"}', '{"d":4}']);
    }
  });

  it('never gives back a line that the disk changed, wherever it is cut or damaged', () => {
    const texts = ['{"a":1}', '{"b":"two"}', '{"c":[3]}'];
    const whole = Buffer.from(texts.map(encodeLine).join(''));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (cut, at, flip) => {
        const damaged = Buffer.from(whole.subarray(0, cut));
        if (at < cut) damaged[at]! ^= flip;
        const decoded = decodeLines(damaged);
        // All but those that the cut or the flip met, each as it was.
        expect(texts.filter((text) => decoded.texts.includes(text))).toEqual(decoded.texts);
        expect(decoded.texts.length + 2).toBeGreaterThanOrEqual(linesWithin(whole, cut));
        expect(decodeLines(damaged.subarray(0, decoded.wholeBytes)).texts).toEqual(decoded.texts);
      }),
    );
  });

  it('keeps the entries after one that the disk damaged, and says how many it lost', async () => {
    await write('{"a":1}', '{"b":2}', '{"c":3}');
    const content = readFileSync(files().file);
    content[content.indexOf('"b"')]! ^= 1;
    writeFileSync(files().file, content);
    const { journal, texts, damaged } = await openJournal(files());
    await journal.close();
    expect({ texts, damaged }).toEqual({ texts: ['{"a":1}', '{"c":3}'], damaged: 1 });
  });

  it('forgets all when it is cleared', async () => {
    const { journal } = await openJournal(files());
    await journal.append('{"a":1}');
    await journal.clear();
    await journal.append('{"b":2}');
    await journal.close();
    expect(await read()).toEqual(['{"b":2}']);
  });

  const mounted = process.getuid?.() === 0 ? it : it.skip;
  mounted('takes entries on a full disk, from the space it had set aside', async () => {
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).status).toBe(0);
    const { journal } = await openJournal(files());
    const filled = spawnSync('dd', ['if=/dev/zero', `of=${path.join(folder, 'filling')}`, 'bs=4k'], {
      encoding: 'utf8',
    });
    expect(filled.stderr).toContain('No space left');
    const texts = Array.from({ length: 20 }, (_, index) => JSON.stringify({ index, text: 'x'.repeat(1_000) }));
    for (const text of texts) await journal.append(text);
    await journal.close();
    expect(await read()).toEqual(texts);
  });
});

describe('the memory of a host', () => {
  const host = 'eu-west-1' as HostId;
  const service = 'checkout' as ServiceName;
  const exit = (instance: string) =>
    ({ type: 'fetchProgressed', service, fetchedBytes: 1, reusedBytes: instance.length, atMs: 5 }) as const;

  it('is the snapshot and what came after it, whatever was being written when the agent was killed', async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    for (let n = 0; n < 1_000; n++) await memory.append(exit('a'));
    const again = await openHostMemory(directory, host);
    const { remembered } = again;
    expect(remembered.services.get(service)?.fetchedBytes).toBe(1_000);
    await again.close();
    const journal = readFileSync(directory.journal);
    await memory.compact(remembered);
    expect(readFileSync(directory.journal)).toHaveLength(0);
    // Killed between the snapshot and the clearing: entries that it holds are not counted twice.
    writeFileSync(directory.journal, journal);
    const third = await openHostMemory(directory, host);
    expect(third.remembered).toEqual(remembered);
    await third.append(exit('b'));
    await third.close();
    await memory.close();
    const last = await openHostMemory(directory, host);
    expect(last.remembered.services.get(service)?.fetchedBytes).toBe(1_001);
    await last.close();
  });

  it.each([
    ['said nothing that is kept apart', exit('b')],
    ['raised what is kept apart', { type: 'sequenceReserved', ceiling: 99, atMs: 5 } as const],
  ])('is what it was before its last entry, wherever that one was cut; it %s', async (_what, last) => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    await memory.append({ type: 'sequenceReserved', ceiling: 77, atMs: 5 });
    await memory.append(exit('a'));
    const before = readFileSync(directory.journal).length;
    const floors = readFileSync(directory.floors);
    await memory.append(last);
    await memory.close();
    const journal = readFileSync(directory.journal);
    const written = readFileSync(directory.floors);
    for (let bytes = before; bytes < journal.length; bytes++) {
      // Killed, before the floors followed; or by a disk that took back what it had synced.
      for (const kept of [floors, written]) {
        writeFileSync(directory.journal, journal.subarray(0, bytes));
        [directory.floors, directory.floorsCopy].forEach((file) => writeFileSync(file, kept));
        [directory.snapshot, directory.snapshotCopy].forEach((file) => rmSync(file, { force: true }));
        const left = await openHostMemory(directory, host);
        await left.close();
        expect(left.remembered.services.get(service)?.fetchedBytes).toBe(1);
        expect(left.remembered.sequenceCeiling).toBe(kept === written && last.type !== 'fetchProgressed' ? 99 : 77);
      }
    }
  });

  const mounted = process.getuid?.() === 0 ? it : it.skip;
  mounted('takes all entries without a single inode, and shortens its journal when there are some again', async () => {
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,nr_inodes=20', 'tmpfs', folder]).status).toBe(0);
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    await memory.append({ type: 'sequenceReserved', ceiling: 77, atMs: 5 });
    const fillings = Array.from({ length: 20 }, (_, n) => path.join(folder, `filling-${n}`));
    expect(() => fillings.forEach((file) => writeFileSync(file, ''))).toThrow('ENOSPC');
    for (let n = 0; n < 1_000; n++) await memory.append(exit('a'));
    await memory.append({ type: 'sequenceReserved', ceiling: 99, atMs: 5 });
    await memory.close();
    const full = await openHostMemory(directory, host);
    expect(full.remembered.sequenceCeiling).toBe(99);
    await full.compact(full.remembered);
    expect(full.remembered.services.get(service)?.fetchedBytes).toBe(1_000);
    expect(readFileSync(directory.journal).length).toBeGreaterThan(0);
    fillings.forEach((file) => rmSync(file, { force: true }));
    await full.compact(full.remembered);
    await full.close();
    const short = await openHostMemory(directory, host);
    await short.close();
    expect({ ...short.remembered, damage: short.damage }).toEqual({ ...full.remembered, damage: [] });
    expect(readFileSync(directory.journal)).toHaveLength(0);
  });

  it("is not another host's, whichever copy says so", async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    for (let n = 0; n < 1_000; n++) await memory.append(exit('a'));
    await memory.compact(memory.remembered);
    await memory.close();
    await expect(openHostMemory(directory, 'other' as HostId)).rejects.toThrow('is of host eu-west-1, not of other');
    const [text] = decodeLines(readFileSync(directory.snapshot)).texts;
    writeFileSync(directory.snapshot, encodeLine(text!.replace('host-snapshot/1', 'host-snapshot/2')));
    await expect(openHostMemory(directory, host)).rejects.toThrow('host-snapshot/2, which this version');
    rmSync(directory.snapshot);
    await expect(openHostMemory(directory, 'other' as HostId)).rejects.toThrow(SnapshotError);
  });

  it('is whole with either copy of its snapshot, and writes the other anew', async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    for (let n = 0; n < 1_000; n++) await memory.append(exit('a'));
    const { remembered } = await openHostMemory(directory, host);
    await memory.compact(remembered);
    await memory.close();
    for (const file of [directory.snapshot, directory.snapshotCopy]) {
      truncateSync(file, 40);
      const again = await openHostMemory(directory, host);
      expect(again.damage).toEqual([`${file} is damaged`]);
      expect(again.remembered).toEqual(remembered);
      await again.close();
      expect(readFileSync(directory.snapshot, 'utf8')).toBe(readFileSync(directory.snapshotCopy, 'utf8'));
    }
  });

  /** In place of a file: nobody can read it, and that says nothing of what it was (no name may be so long). */
  const unreadable = (file: string): void => {
    rmSync(file, { force: true });
    symlinkSync('x'.repeat(300), file);
  };

  it('is left as it is where nobody could read it, and whoever can next has all of it', async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    await memory.append({ type: 'sequenceReserved', ceiling: 77, atMs: 5 });
    for (let n = 0; n < 1_000; n++) await memory.append(exit('a'));
    const opened = await openHostMemory(directory, host);
    await opened.close();
    const { remembered } = opened;
    await memory.compact(remembered);
    await memory.close();
    const files = [directory.snapshot, directory.snapshotCopy, directory.floors, directory.floorsCopy];
    const whole = files.map((file) => readFileSync(file));
    files.forEach(unreadable);
    await expect(openHostMemory(directory, host)).rejects.toThrow(UnreadMemoryError);
    expect(files.map((file) => lstatSync(file).isSymbolicLink())).toEqual([true, true, true, true]);
    files.forEach((file, index) => {
      rmSync(file);
      writeFileSync(file, whole[index]!);
    });
    const again = await openHostMemory(directory, host);
    await again.close();
    expect({ remembered: again.remembered, damage: again.damage }).toEqual({ remembered, damage: [] });
  });

  it('is whole with either copy where the other is on a disk that does not read it, and writes that anew', async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    for (let n = 0; n < 1_000; n++) await memory.append(exit('a'));
    await memory.append({ type: 'sequenceReserved', ceiling: 77, atMs: 5 });
    const opened = await openHostMemory(directory, host);
    await opened.close();
    const { remembered } = opened;
    await memory.compact(remembered);
    await memory.close();
    for (const file of [directory.snapshot, directory.snapshotCopy, directory.floors, directory.floorsCopy]) {
      unreadable(file);
      const again = await openHostMemory(directory, host);
      await again.close();
      expect({ remembered: again.remembered, damage: again.damage }).toEqual({
        remembered,
        damage: [expect.stringMatching(`^${file} could not be read: ENAMETOOLONG`)],
      });
      expect(lstatSync(file).isFile()).toBe(true);
    }
  });

  it('keeps its floors when all else of it is gone, and without them believes nothing that was signed before', async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    await memory.append({ type: 'sequenceReserved', ceiling: 77, atMs: 5 });
    await memory.close();
    const forget = (...more: readonly string[]): void =>
      [directory.journal, directory.snapshot, directory.snapshotCopy, ...more].forEach((file) =>
        rmSync(file, { force: true }),
      );
    for (const gone of [directory.floors, directory.floorsCopy]) {
      forget(gone);
      const left = await openHostMemory(directory, host);
      expect(left.remembered.sequenceCeiling).toBe(77);
      expect(left.remembered.memoryLostAtMs ?? 0).toBe(0);
      expect(left.damage).not.toEqual([]);
      await left.close();
    }
    writeFileSync(directory.floors, '');
    writeFileSync(directory.snapshot, '');
    forget(directory.floorsCopy);
    writeFileSync(directory.snapshot, '');
    const before = Date.now();
    const lost = await openHostMemory(directory, host);
    expect(lost.remembered.memoryLostAtMs).toBeGreaterThanOrEqual(before);
    await lost.close();
    // It stays lost, whatever comes up later.
    const later = await openHostMemory(directory, host);
    expect(later.remembered.memoryLostAtMs).toBe(lost.remembered.memoryLostAtMs);
    await later.close();
  });

  it('that was rebuilt from its floors is read again by the next agent, and the one after', async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    await memory.append({ type: 'sequenceReserved', ceiling: 77, atMs: 5 });
    await memory.close();
    rmSync(directory.journal);
    for (let agents = 0; agents < 3; agents++) {
      const again = await openHostMemory(directory, host);
      await again.close();
      expect(again.remembered.sequenceCeiling).toBe(77);
      expect(Object.keys(again.remembered)).not.toContain('format');
    }
    expect(JSON.parse(decodeLines(readFileSync(directory.snapshot)).texts[0]!)).toMatchObject({
      format: 'slipway.host-snapshot/1',
    });
  });
});
