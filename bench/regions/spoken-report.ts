import { inBatch } from '../../domain/goal/batch-order.ts';
import type { GoalRow } from '../../domain/goal/goal.ts';
import type { Digest, HostId } from '../../domain/names.ts';
import { positionOf } from '../../protocol/position.ts';
import type { ServiceReport } from '../../protocol/gateway.ts';

/** What a host that is always well says once it stands as the goal wants it. `running` is what it ran before. */
export function spokenReport(row: GoalRow, host: HostId, running: Digest | null): ServiceReport {
  const { service, generation, attempt, mode } = row;
  const runs = runsBy(row, host, running);
  const isThere = mode !== 'advance' || row.next === null || runs === row.next.release.digest;
  return {
    service,
    generation,
    attempt,
    running: runs,
    health: runs === null ? 'stopped' : 'healthy',
    state: isThere ? 'healthy' : 'pending',
    refused: [],
    pinned: false,
    maintenance: false,
    instance: runs === null ? null : { pid: 1, startTime: '1', bootId: 'spoken' },
    reason: null,
    trace: null,
  };
}

function runsBy(row: GoalRow, host: HostId, running: Digest | null): Digest | null {
  const { mode, base, next, service, attempt } = row;
  if (mode === 'hold') return running;
  if (mode === 'undo' || next === null) return base?.release.digest ?? null;
  const position = positionOf(service, attempt.deployment, host);
  return inBatch(row, { host, position }) ? next.release.digest : running;
}
