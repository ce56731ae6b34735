import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HostId, ServiceName } from '../../domain/names.ts';
import { openAgentDirectory } from '../agent-directory.ts';
import { openHostMemory } from './host-memory.ts';
import { openJournal } from './journal.ts';
import { decodeLines, encodeLine } from './journal-line.ts';
import { SnapshotError } from './snapshot.ts';

let folder: string;
const files = () => ({ file: path.join(folder, 'journal'), reserve: path.join(folder, 'reserve') });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-journal-'));
});
afterEach(() => {
  spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
  rmSync(folder, { recursive: true });
});

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

  it('never gives back a line that the disk changed, wherever it is cut or damaged', () => {
    const texts = ['{"a":1}', '{"b":"two"}', '{"c":[3]}'];
    const whole = Buffer.from(texts.map(encodeLine).join(''));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (cut, at, flip) => {
        const damaged = Buffer.from(whole.subarray(0, cut));
        if (at < cut) damaged[at]! ^= flip;
        const decoded = decodeLines(damaged);
        expect(texts.slice(0, decoded.texts.length)).toEqual(decoded.texts);
        expect(decodeLines(damaged.subarray(0, decoded.wholeBytes)).texts).toEqual(decoded.texts);
      }),
    );
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

  it('is not guessed when it is damaged or of another host', async () => {
    const directory = openAgentDirectory(folder);
    const memory = await openHostMemory(directory, host);
    for (let n = 0; n < 1_000; n++) await memory.append(exit('a'));
    await memory.compact(memory.remembered);
    await memory.close();
    await expect(openHostMemory(directory, 'other' as HostId)).rejects.toThrow('is of host eu-west-1, not of other');
    const [text] = decodeLines(readFileSync(directory.snapshot)).texts;
    writeFileSync(directory.snapshot, encodeLine(text!.replace('host-snapshot/1', 'host-snapshot/2')));
    await expect(openHostMemory(directory, host)).rejects.toThrow('host-snapshot/2, which this version');
    truncateSync(directory.snapshot, 40);
    await expect(openHostMemory(directory, host)).rejects.toThrow(SnapshotError);
  });
});
