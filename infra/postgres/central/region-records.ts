import type { Obligation } from '../../../activities/deployment-record/contract.ts';
import type { RegionRecords } from '../../../activities/deployment-record/region-records.ts';
import type { RegionName } from '../../../domain/names.ts';
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
    listObligations: (region) => listObligations(database.em.fork(), region),
    settleObligation: (obligation) => changeAudited(database, (em) => settleObligation(em, obligation)),
  };
}

async function listObligations(em: EntityManager, region: RegionName): Promise<Obligation[]> {
  const rows = await em.find(ObligationRow, { region }, { orderBy: { deployment: 'asc', service: 'asc' } });
  return rows.map(obligationOf);
}
