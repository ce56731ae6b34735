import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@jest/globals';
import { pino, type Logger } from 'pino';
import type { BlobStore } from '../activities/blob-store.ts';
import { gatewayApp } from '../api/gateway/app.ts';
import type { SecretSource } from '../api/gateway/secrets/secret-source.ts';
import { followGoals } from '../api/gateway/goals/follow-goals.ts';
import { createGoalBoard } from '../api/gateway/goals/goal-board.ts';
import type { LoadLevel } from '../api/gateway/operations/load-gate.ts';
import { followReadings } from '../api/gateway/logs/follow-readings.ts';
import { createLogBoard } from '../api/gateway/logs/log-board.ts';
import { openPollRoom } from '../api/gateway/goals/poll-room.ts';
import type { PollRoom } from '../api/gateway/goals/poll-room.ts';
import { listenForHostChanges } from '../infra/postgres/region/host-changes.ts';
import { createHeldGoals } from '../infra/postgres/region/held-goals.ts';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';
import { gatewayTls } from '../api/gateway/identity/gateway-certificate.ts';
import { openHostMemory } from '../api/gateway/identity/host-memory.ts';
import { createHostConnections, watchShutOut } from '../api/gateway/identity/host-connections.ts';
import { peerReader } from '../api/gateway/identity/peer-certificate.ts';
import { serveTls } from '../api/http/serve.ts';
import { usualLifeMs } from '../domain/host-identity/certificate-life.ts';
import { untilReady } from '../infra/local/child-server.ts';
import { indexChannel } from '../infra/postgres/region/goal-index.ts';
import { goalChannel } from '../infra/postgres/region/goal-store.ts';
import { createLogStore, logReadingChannel } from '../infra/postgres/region/log-readings.ts';
import { createIdentityStore } from '../infra/postgres/region/host-identities.ts';
import { createPublishedReleases } from '../infra/postgres/region/published-releases.ts';
import { readServedGoals } from '../infra/postgres/region/served-goals.ts';
import { listenForServiceChanges } from '../infra/postgres/region/service-changes.ts';
import { storeReports } from '../infra/postgres/region/store-reports.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';
import { testAuthority } from './host-certificates.ts';
import type { TestRegionDatabase } from './region-database.ts';
import { tlsRequest } from './tls-request.ts';

export interface TestGateway {
  readonly url: string;
  readonly room: PollRoom;
  readonly store: BlobStore;
  /** POST as a host; the answer's body parsed, `null` when it is empty. */
  post(
    route: string,
    shown: ShownIdentity | null,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<{ status: number; headers: Headers; body: unknown }>;
  get(route: string, shown: ShownIdentity | null, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** Often, so that a test doesn't wait for long. */
const shutOutEveryMs = 200;

const silent = pino({ level: 'silent' });

export interface TestGatewayOptions {
  readonly requestTimeout?: number;
  readonly certificateLifeMs?: number;
  readonly level?: () => LoadLevel;
  readonly secrets?: SecretSource | null;
  readonly log?: Logger;
  /** The database may be an older one; asked with each change of goals. */
  readonly isClosed?: () => boolean;
  /** By which the index of a host grows old; in ms. */
  readonly now?: () => number;
}

/** A gateway of eu-west, in this process, on a real socket. */
export async function startGateway(
  region: TestRegionDatabase,
  {
    requestTimeout = 60_000,
    certificateLifeMs = usualLifeMs,
    level = () => 'calm',
    secrets = null,
    log = silent,
    isClosed = () => false,
    now,
  }: TestGatewayOptions = {},
): Promise<TestGateway> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-gateway-'));
  const store = await openFolderStore(folder);
  const { database, url: databaseUrl } = region;
  const board = createGoalBoard({
    readGoals: async (known) =>
      isClosed() ? { isClosed: true, index: null, goals: [] } : readServedGoals(database, known),
  });
  const room = openPollRoom();
  const { authority, trusted } = await testAuthority();
  const identities = openHostMemory(createIdentityStore(database));
  const connections = createHostConnections();
  const shutOut = watchShutOut(identities, connections, log, shutOutEveryMs);
  const logs = createLogBoard(createLogStore(database), room.call, (error) =>
    log.warn({ err: error }, 'that an agent is too old to be read was not told'),
  );
  const app = gatewayApp({
    identities: {
      store: identities,
      authority,
      certificateLifeMs,
      readPeer: peerReader(authority.region, trusted),
    },
    connections,
    openGate: () => level,
    roots: { newest: () => null, read: async () => null },
    shutOut: shutOut.count,
    board,
    room,
    store,
    log,
    reports: { store: (reports) => storeReports(database, reports) },
    heldGoals: createHeldGoals(database),
    logs,
    releases: createPublishedReleases(database),
    secrets,
    ...(now && { now }),
    whyNotReady: async () => (board.isLoaded() ? null : 'not read yet'),
  });
  const changes = listenForServiceChanges({ url: databaseUrl, channels: [goalChannel, indexChannel] });
  const readings = listenForServiceChanges({ url: databaseUrl, channels: [logReadingChannel] });
  readings.onAny(followReadings(logs, log));
  const hostChanges = listenForHostChanges({
    url: databaseUrl,
    onChange: identities.forget,
    onCall: room.call,
    onTold: identities.follow,
  });
  const followed = followGoals(board, room, log);
  const loaded = Promise.withResolvers<void>();
  changes.onAny(() => {
    followed();
    loaded.resolve();
  });
  await loaded.promise;
  await untilReady(async () => expect(board.isLoaded()).toBe(true), { timeoutMs: 10_000 });
  const limits = { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval: 50 };
  const http = await serveTls(app, { host: '127.0.0.1', port: 0 }, await gatewayTls(authority, trusted), limits);
  const url = `https://127.0.0.1:${http.port}`;
  return {
    url,
    room,
    store,
    async post(route, shown, body, signal) {
      const headers = { 'content-type': 'application/json' };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await tlsRequest(url + route, { method: 'POST', headers, body: text, shown, signal });
      const answer = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: answer === '' ? null : (JSON.parse(answer) as unknown),
      };
    },
    get: (route, shown, headers = {}) => tlsRequest(url + route, { headers, shown }),
    async close() {
      shutOut.stop();
      room.close();
      await http.close();
      await Promise.all([changes.close(), readings.close(), hostChanges.close()]);
      await rm(folder, { recursive: true });
    },
  };
}
