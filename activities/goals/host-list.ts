import type { HostId } from '../../domain/names.ts';
import type { HostList } from './contract.ts';

/** Names for people; a history must not grow with the number of hosts. */
const mostNamed = 20;

export const hostList = (hosts: readonly HostId[]): HostList => ({
  count: hosts.length,
  hosts: hosts.slice(0, mostNamed),
});
