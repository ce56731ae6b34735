/** `node bench/agent/look-cost.ts [files] [KiB each]`: what looking at an installed tree costs, first without prints and then with them. */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lookAtTree, type Look } from '../../agent/drift/look-at-tree.ts';
import { openPace } from '../../agent/drift/pace.ts';
import { removeTree } from '../../agent/install/remove-tree.ts';
import type { FileEntry } from '../../protocol/manifest.ts';
import { digestOf } from '../../protocol/digest.ts';

const [files, kib] = [Number(process.argv[2] ?? 20_000), Number(process.argv[3] ?? 8)];
const perFolder = 100;
const tree = mkdtempSync(path.join(tmpdir(), 'slipway-look-'));
try {
  const bytes = Buffer.alloc(kib * 1024, 'x');
  const digest = digestOf(bytes);
  const entries = Array.from({ length: files }, (_, n): FileEntry => {
    const name = `${String(Math.floor(n / perFolder)).padStart(5, '0')}/${String(n).padStart(6, '0')}`;
    const file = path.join(tree, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes, { mode: 0o444 });
    return { kind: 'file', path: name, mode: 0o644, sizeBytes: bytes.length, digest, firstChunk: n, chunkCount: 1 };
  });
  for (const { path: name } of entries) chmodSync(path.join(tree, path.dirname(name)), 0o555);
  chmodSync(tree, 0o555);
  let last: Look = { differences: [], prints: new Map(), unseen: [] };
  for (const what of ['every byte, no prints', 'prints only', 'prints only, again']) {
    const [cpu, from] = [process.cpuUsage(), performance.now()];
    last = await lookAtTree(tree, entries, last.prints, new Set(), openPace(new AbortController().signal));
    const { user, system } = process.cpuUsage(cpu);
    const figures = {
      what,
      files,
      kib,
      wallMs: Math.round(performance.now() - from),
      cpuMs: Math.round((user + system) / 1000),
    };
    process.stdout.write(`${JSON.stringify({ ...figures, differences: last.differences.length })}\n`);
  }
} finally {
  await removeTree(tree);
}
