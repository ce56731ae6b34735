import { isLive } from './host-status.ts';
import type { RegionView } from './region-view.ts';
import { tally } from './tally.ts';

/** What hosts that a batch waits for say is wrong with them, of which one stands for all; `null` when none says anything. */
export function whyItLasts(view: RegionView): string | null {
  const stuck = tally(view, false).pending.filter((host) => host.reason !== null && isLive(host, view.absentAfterMs));
  const [example] = stuck;
  if (example === undefined) return null;
  const who = stuck.length === 1 ? '1 host is' : `${stuck.length} hosts are`;
  return `${who} not healthy on it yet: ${example.reason} (${example.host})`;
}
