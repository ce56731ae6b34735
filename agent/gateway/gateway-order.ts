import type { HostId } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';

/**
 * The order in which a host goes to its gateways: its own, and the same after a restart, so that the hosts of a region share them
 * evenly (rendezvous hashing). One that is added or removed moves no more hosts than its own.
 */
export const orderOf = (host: HostId, gateways: readonly URL[]): readonly URL[] =>
  gateways
    .map((gateway) => ({ gateway, place: digestOf(`${host}\n${gateway.href}`) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ gateway }) => gateway);
