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
    if (isHeardAgain(host, { bootId, machine })) return;
    const known = await parts.store.find(host.id, () => false);
    if (known === null) return; // retired while it asked: what it says is kept nowhere
    const said = { bootId, machine, isLate: sequence <= known.reportSequence };
    const { presence, clone } = judgePresence(known.presence, said);
    if (clone !== null) throw await quarantine(parts, host.id, `${clone}; heard last from ${address}`, asking);
    if (presence === known.presence) return;
    parts.log.info({ host: host.id, bootId, address }, 'a host was heard in another boot');
    await parts.store.notePresence(host.id, known.presence, presence);
  };

/** The same machine in the same boot as before: the usual. All else is judged by what the region has now. */
function isHeardAgain(
  { presence }: StoredHost,
  said: Pick<ReportBatch, 'bootId'> & { machine: string | null },
): boolean {
  const judged = judgePresence(presence, { ...said, isLate: false });
  return judged.clone === null && judged.presence === presence;
}
