import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ApiClient } from '../api-client.ts';
import { everyPage } from '../every-page.ts';
import type { LiveNames } from './candidates.ts';

/** Pressing Tab twice asks once. */
const freshMs = 60_000;

const none: LiveNames = { services: [], releases: [], deployments: [] };

/** Names from the api, kept for a minute in the folder for caches. @throws whatever the api's client throws */
export async function liveNames(
  client: ApiClient,
  service: string | null,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<LiveNames> {
  const file = cacheFile(client.url, service, environment);
  const kept = readKept(file);
  if (kept !== null) return kept;
  const names = service === null ? await servicesOf(client, signal) : await numbersOf(client, service, signal);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ at: Date.now(), names }), { mode: 0o600 });
  return names;
}

/** `slipway/` in the folder for caches (XDG Base Directory Specification); a file for each api and service. */
function cacheFile(url: string, service: string | null, environment: NodeJS.ProcessEnv): string {
  const folder = environment.XDG_CACHE_HOME || path.join(environment.HOME ?? homedir(), '.cache');
  const name = createHash('sha256')
    .update(JSON.stringify([url, service]))
    .digest('hex')
    .slice(0, 16);
  return path.join(folder, 'slipway', `names-${name}.json`);
}

function readKept(file: string): LiveNames | null {
  try {
    const { at, names } = JSON.parse(readFileSync(file, 'utf8')) as { readonly at: number; readonly names: LiveNames };
    const ageMs = Date.now() - at;
    return ageMs >= 0 && ageMs < freshMs ? { ...none, ...names } : null;
  } catch {
    return null;
  }
}

async function servicesOf(client: ApiClient, signal: AbortSignal): Promise<LiveNames> {
  const services = await everyPage((query) => client.call('listServices', { query, signal }));
  return { ...none, services: services.map(({ service }) => service) };
}

async function numbersOf(client: ApiClient, service: string, signal: AbortSignal): Promise<LiveNames> {
  const page = { path: { service }, query: { limit: 50 }, signal };
  const [releases, deployments] = await Promise.all([
    client.call('listReleases', page),
    client.call('listDeployments', page),
  ]);
  return {
    ...none,
    releases: releases.items.map(({ release }) => release),
    deployments: deployments.items.map(({ deployment }) => deployment),
  };
}
