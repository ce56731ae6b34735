import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';
import { removeTree } from '../agent/install/remove-tree.ts';
import type { Generation } from '../domain/names.ts';
import { createTrust, keyFiles } from '../infra/keys/create-trust.ts';
import { readPrivateKey } from '../infra/keys/read-keys.ts';
import { claimRegion } from '../infra/postgres/region/region-database.ts';
import { openGenerationFile } from '../infra/stores/generation-file.ts';
import { enrollByAuthority } from './enroll-by-authority.ts';
import { startGatewayProgram, type GatewayProgram } from './gateway-program.ts';
import { createGoalRegion, region, type GoalRegion } from './goal-region.ts';

/** A region with a database, keys and a store of its own, whose gateways are programs, started as in earnest. */
export interface GatewayRegion {
  readonly goals: GoalRegion;
  /** Holds its keys and its store, and whatever else of it a test makes. */
  readonly folder: string;
  readonly store: string;
  keyFile(name: string): string;
  /** @param port any when it is 0 */
  startGateway(port?: number, environment?: Readonly<Record<string, string>>): Promise<GatewayProgram>;
  /** A host that has a certificate. */
  enroll(name: string, labels?: Readonly<Record<string, string>>): Promise<ShownIdentity>;
  /** Ends all that it started. */
  close(): Promise<void>;
}

export async function openGatewayRegion(): Promise<GatewayRegion> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-gateway-region-'));
  const store = path.join(folder, 'store');
  const keyFile = (name: string): string => path.join(folder, 'keys', name);
  await createTrust(path.join(folder, 'keys'), [region], new Date());
  const goals = await createGoalRegion(await readPrivateKey(keyFile(keyFiles.director(region))));
  await claimRegion(goals.database.em, region);
  await mkdir(store);
  // As a region's worker would: a database with goals and no such file may be an older one.
  await openGenerationFile(store).raise(1 as Generation);
  const gateways: GatewayProgram[] = [];
  return {
    goals,
    folder,
    store,
    keyFile,
    async startGateway(port, environment) {
      const started = await startGatewayProgram({ region, databaseUrl: goals.url, folder }, port, environment);
      gateways.push(started);
      return started;
    },
    enroll: (name, labels = {}) => enrollByAuthority(goals.database, { region, folder }, name, labels),
    async close() {
      await Promise.all(gateways.map(({ program }) => program.end('SIGKILL')));
      await goals.close();
      await removeTree(folder);
    },
  };
}
