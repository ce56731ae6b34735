import { expect, test } from '@jest/globals';
import { Socket } from 'node:net';
import { pino } from 'pino';
import { digest, hostId } from '../../../domain/names.ts';
import type { IdentityParts } from './certificate-identity.ts';
import { createHostConnections } from './host-connections.ts';
import type { StoredHost } from './identity-store.ts';
import { presenceWatch } from './watch-presence.ts';

const host = (reportSequence: number): StoredHost => ({
  id: hostId('a'),
  labels: {},
  maintenance: false,
  reports: [],
  reportSequence,
  presence: { machine: null, bootId: 'two', formerBoots: ['one'], late: 0 },
  identity: {
    key: digest(`sha256:${'a'.repeat(64)}`),
    nextKey: null,
    formerKey: null,
    expiresAtMs: 0,
    isRevoked: false,
    quarantine: null,
  },
});

test('a word of a boot before is judged by what the region has heard, not by what this gateway remembers', async () => {
  const noted: unknown[] = [];
  const store = {
    find: async () => host(200),
    notePresence: async (...presence: unknown[]) => void noted.push(presence),
    quarantine: async () => true,
  } as unknown as IdentityParts['store'];
  const hear = presenceWatch({
    store,
    readPeer: () => null,
    connections: createHostConnections(),
    log: pino({ level: 'silent' }),
    onRefused: () => undefined,
  });
  const late = { sequence: 100, bootId: 'one', agentVersion: '1', services: [] };
  await hear(host(50), late, new Socket());
  expect(noted).toHaveLength(1);
  await expect(hear(host(50), { ...late, sequence: 201 }, new Socket())).rejects.toThrow('boot one goes on');
});
