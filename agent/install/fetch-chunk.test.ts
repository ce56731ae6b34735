import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Digest } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import { fetchChunk, type ChunkFetch } from './fetch-chunk.ts';

const content = Buffer.from(Array.from({ length: 257 }, (_, index) => index % 251));
const chunk = { digest: digestOf(content), sizeBytes: content.length };
const pieceBytes = 50;
const everyCut = Array.from({ length: content.length }, (_, cut) => cut);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-chunk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A gateway that gives bytes up to `end`, and then does what `then` does. */
async function fetchUpTo(end: number, file: string, then: () => void = () => undefined): Promise<number> {
  let asked = -1;
  async function* pieces(start: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; at += pieceBytes) yield content.subarray(at, Math.min(end, at + pieceBytes));
    then();
  }
  const source: ChunkFetch['source'] = {
    chunk: (_release, { start }) => Promise.resolve({ start: (asked = start), pieces: pieces(start) }),
  };
  const signal = new AbortController().signal;
  await fetchChunk(chunk, file, { source, release: 'sha256:0' as Digest, onBytes: () => undefined, signal });
  return asked;
}

const breaksOff = (): void => {
  throw new GatewayError('the connection broke');
};

/** Cuts after which something else came of it than this. */
async function cutsWithout(outcome: object, after: (cut: number, file: string) => Promise<object>): Promise<number[]> {
  const strange: number[] = [];
  for (const cut of everyCut) {
    const found = await after(cut, path.join(folder, `part-${cut}`));
    if (!isDeepStrictEqual(found, outcome)) strange.push(cut);
  }
  return strange;
}

const nameOf = (fetching: Promise<number>): Promise<unknown> =>
  fetching.then(
    () => 'none',
    (error: unknown) => (error as Error).name,
  );

it('a chunk that ends too early, after whatever byte, is refused, taken away, and fetched again from its beginning', async () => {
  const outcome = { error: 'ReleaseError', kept: false, askedFrom: 0, whole: true };
  const strange = await cutsWithout(outcome, async (cut, file) => ({
    error: await nameOf(fetchUpTo(cut, file)),
    kept: existsSync(file),
    askedFrom: await fetchUpTo(content.length, file),
    whole: readFileSync(file).equals(content),
  }));
  expect(strange).toEqual([]);
});

it('a chunk whose connection breaks, after whatever byte, is gone on with from there', async () => {
  const strange = await cutsWithout(
    { error: 'GatewayError', kept: true, askedFrom: true, whole: true },
    async (cut, file) => ({
      error: await nameOf(fetchUpTo(cut, file, breaksOff)),
      kept: readFileSync(file).equals(content.subarray(0, cut)),
      askedFrom: (await fetchUpTo(content.length, file)) === cut,
      whole: readFileSync(file).equals(content),
    }),
  );
  expect(strange).toEqual([]);
});
