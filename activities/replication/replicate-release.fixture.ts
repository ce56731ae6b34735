/**
 * Run by replicate-release.test.ts, to be killed: replicates the release of argv[3] below the folder of argv[2], and
 * stops for ever at the chunk after the one that argv[4] counts. Prints a line when it is there.
 */
import { MockActivityEnvironment } from '@temporalio/testing';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { digest, regionName, serviceName } from '../../domain/names.ts';
import { openFolderStore } from '../../infra/stores/folder-store.ts';
import { replicaIndexInFile } from '../../test/replica-index-file.ts';
import type { BlobStore } from '../blob-store.ts';
import { createReplicationActivities } from './replicate-release.ts';

const [folder, release, lastChunk] = process.argv.slice(2) as [string, string, string];
const central = await openFolderStore(path.join(folder, 'central'));
const region = await openFolderStore(path.join(folder, 'region'));
let opened = 0;

const stallingSource: BlobStore = {
  ...central,
  open: async (blob) => {
    const found = await central.open(blob);
    // The parts are read first, then all blobs are copied: count only large ones, which are files.
    if (found === null || found.sizeBytes < 10_000 || ++opened <= Number(lastChunk)) return found;
    found.stream.destroy();
    const half = Readable.from(
      (async function* () {
        yield Buffer.alloc(1000);
        process.stdout.write('stalled\n');
        await new Promise((resolve) => setTimeout(resolve, 1_000_000));
      })(),
    );
    return { sizeBytes: found.sizeBytes, stream: half };
  },
};

const activities = createReplicationActivities({
  source: stallingSource,
  target: region,
  index: replicaIndexInFile(path.join(folder, 'index.json')),
  buildKey: createPublicKey(readFileSync(path.join(folder, 'build.pub.pem'))),
});
const input = { service: serviceName('checkout'), region: regionName('eu-west'), release: digest(release) };
await new MockActivityEnvironment().run(() => activities.replicateRelease(input));
