/** Run by folder-store.test.ts on a file system of 1 MiB: what a store does when there is no space left. Prints JSON. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../../protocol/digest.ts';
import { signDocument } from '../../protocol/dsse.ts';
import { openFolderStore } from './folder-store.ts';

const root = process.argv[2]!;
const store = await openFolderStore(root);
const put = (content: Buffer) => store.put(digestOf(content), content.length, content);
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

const small = randomBytes(200_000);
await put(small);
const tooLarge = await put(randomBytes(2_000_000)).catch(codeOf);
const left = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const named = left.map(({ parentPath, name }) =>
  digestOf(small) === `sha256:${path.basename(parentPath)}${name}` ? 'small' : name,
);
const afterwards = await put(randomBytes(200_000));

let filler = 0;
while ((await put(randomBytes(4096)).catch(codeOf)) === 'stored') filler++;
if (filler === 0) throw new Error('the disk was full before it was filled');
const envelope = signDocument('t', { text: 'x'.repeat(10_000) }, generateKeyPairSync('ed25519').privateKey);
const release = await store.putRelease(digestOf('release'), envelope).then(() => 'stored', codeOf);
process.stdout.write(
  JSON.stringify({ tooLarge: { code: tooLarge, left: named }, afterwards, release: { code: release } }),
);
