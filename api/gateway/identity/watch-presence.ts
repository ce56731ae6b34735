import type { Socket } from 'node:net';
import { judgePresence } from '../../../domain/host-identity/presence.ts';
import type { ReportBatch } from '../../../protocol/gateway.ts';
import { quarantine, type IdentityParts } from './certificate-identity.ts';
import type { StoredHost } from './identity-store.ts';

/** Called with each report before it is taken. @throws ProblemError when a second machine has the key of the host */
export type HearReport = (host: StoredHost, batch: ReportBatch, asking: Socket) => Promise<void>;

export const presenceWatch =
  (parts: IdentityParts): HearReport =>
  async (host, { bootId, machine = null, sequence }, asking) => {
    const address = asking.remoteAddress ?? 'nowhere';
    const said = { bootId, machine, isLate: sequence <= host.reportSequence };
    const { presence, clone } = judgePresence(host.presence, said);
    if (clone !== null) throw await quarantine(parts, host.id, `${clone}; heard last from ${address}`, asking);
    if (presence === host.presence) return;
    parts.log.info({ host: host.id, bootId, address }, 'a host was heard in another boot');
    await parts.store.notePresence(host.id, host.presence, presence);
  };
