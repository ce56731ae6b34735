import type { Verdict } from '../../domain/goal/region-view.ts';
import type { Ruling } from './contract.ts';
import { hostList } from './host-list.ts';

/** A verdict as a workflow is told it: its lists are capped. */
export const rulingOf = ({ reason, counts, failed, lost, pinned, maintenance }: Verdict): Omit<Ruling, 'outcome'> => ({
  reason,
  counts,
  failed: hostList(failed),
  lost: hostList(lost),
  pinned: hostList(pinned),
  maintenance: hostList(maintenance),
});
