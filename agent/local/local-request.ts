import type { Digest, ServiceName } from '../../domain/names.ts';
import type { GroupTrial } from '../keeper/try-groups.ts';
import type { ServiceStatus } from './service-status.ts';

export type LocalRequest =
  { readonly do: 'status' } | { readonly do: 'rollback' | 'unpin'; readonly service: ServiceName };

/** What only a process of the agent's own group can find out: the kernel asks where a process comes from. */
export interface GroupsRequest {
  readonly do: 'try-groups';
}

export type LocalAnswer =
  | {
      readonly ok: true;
      readonly protocol: 1;
      readonly services: readonly ServiceStatus[];
      /** Of this host's clock before its gateway's; left out by an agent of the version before. */
      readonly clockAheadMs?: number | null;
    }
  | { readonly ok: true; readonly protocol: 1; readonly rollback: RollbackOrder }
  | { readonly ok: true; readonly protocol: 1; readonly groups: GroupTrial | null }
  | { readonly ok: true; readonly protocol: 1; readonly unpinned: Digest | null }
  | { readonly ok: false; readonly code: 'refused' | 'not-found' | 'error'; readonly reason: string };

/** The pin is durable: what runs follows it, whatever ends now. */
export interface RollbackOrder {
  readonly release: Digest;
  /** It was pinned to it already. */
  readonly repeats: boolean;
}
