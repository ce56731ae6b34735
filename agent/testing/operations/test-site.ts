import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { giveIdentity } from '../test-agent.ts';
import { startTestRegion, type TestRegion } from '../test-region.ts';
import { interceptFiles } from './intercept-files.ts';
import { openPortBlock } from './port-block.ts';
import { identityIn, SiteHost } from './site-host.ts';
import { StandInKeeper, type HealthOf } from './stand-in-keeper.ts';
import { WatchedFolders } from './watched-folders.ts';

/** Memory, where there is some: what is tested is the order of operations, not a disk. */
const parentFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Where many hosts of one region run, all in this process. */
export interface TestSite {
  readonly region: TestRegion;
  newHost(healthOf: HealthOf): SiteHost;
  close(): Promise<void>;
}

export async function openTestSite(): Promise<TestSite> {
  const parent = mkdtempSync(path.join(parentFolder, 'slipway-operations-'));
  const folders = new WatchedFolders(parent);
  await interceptFiles(folders);
  const region = await startTestRegion();
  writeFileSync(path.join(parent, 'root.json'), JSON.stringify(region.trust.root));
  mkdirSync(identityIn(parent), { mode: 0o700 });
  await giveIdentity(region, { identity: identityIn(parent) });
  const ports = await openPortBlock();
  let hosts = 0;
  return {
    region,
    newHost: (healthOf) => new SiteHost(String(++hosts), parent, folders, region, ports, new StandInKeeper(healthOf)),
    async close() {
      ports.close();
      await region.gateway.goDown();
      rmSync(parent, { recursive: true });
    },
  };
}
