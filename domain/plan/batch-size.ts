import type { Share } from '../spec/service-spec.ts';

/**
 * How many of `hosts` a share is: rounded up, at least one (a batch without a host would prove nothing), never more than
 * there are. Percentages count in hundredths, so that 10 % of 30 is 3 and not 3.0000000000000004 rounded up.
 */
export function shareOf(share: Share, hosts: number): number {
  if (hosts <= 0) return 0;
  if ('hosts' in share) return Math.min(hosts, Math.max(1, share.hosts));
  const hundredths = Math.round(share.percent * 100);
  return Math.min(hosts, Math.max(1, Math.ceil((hosts * hundredths) / 10_000)));
}
