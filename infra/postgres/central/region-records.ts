import type { ListObligationsInput, OwedInRegion } from '../../../activities/deployment-record/contract.ts';
import type { RegionRecords } from '../../../activities/deployment-record/region-records.ts';
import type { Database, EntityManager } from '../connect.ts';
import { changeAudited } from './audit-log.ts';
import { ObligationRow } from './entities.ts';
import { recordIntent } from './intents.ts';
import { obligationOf, recordObligation, settleObligation } from './obligations.ts';

/** @see RegionRecords */
export function createRegionRecords(database: Database): RegionRecords {
  return {
    recordIntent: (intent) => changeAudited(database, (em) => recordIntent(em, intent)),
    recordObligation: (obligation) => changeAudited(database, (em) => recordObligation(em, obligation)),
    listObligations: (input) => database.em.fork().transactional((em) => listObligations(em, input)),
    settleObligation: (settled) => changeAudited(database, (em) => settleObligation(em, settled)),
  };
}

/** Those whose turn it is, and marks them as tried: what can't be settled goes behind what waits. */
async function listObligations(
  em: EntityManager,
  { region, runAt, most }: ListObligationsInput,
): Promise<OwedInRegion> {
  const triedAt = new Date(runAt);
  const again = await em.find(ObligationRow, { region, triedAt });
  const orderBy = { triedAt: 'asc nulls first', deployment: 'asc', service: 'asc' } as const;
  const rows = again.length > 0 ? again : await em.find(ObligationRow, { region }, { orderBy, limit: most });
  for (const row of rows) row.triedAt = triedAt;
  await em.flush();
  return { obligations: rows.map(obligationOf), owed: await em.count(ObligationRow, { region }) };
}
