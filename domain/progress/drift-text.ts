import { clockTime, counted, digits } from './plain-text.ts';

/** A host whose installed tree isn't what was signed. */
export interface DriftedHost {
  readonly host: string;
  readonly state: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  /** Of the first difference. */
  readonly path: string;
  readonly what: string;
  /** How many differ. */
  readonly count: number;
}

/** `server.mjs (content) and 2 more` */
export const changedText = ({ path, what, count }: DriftedHost): string =>
  `${path} (${what})${count > 1 ? ` and ${digits(count - 1)} more` : ''}`;

/** `eu-west-1: the installed tree of checkout was changed: server.mjs (content), mending since …` */
export const driftText = (service: string, drifted: DriftedHost): string =>
  `${drifted.host}: the installed tree of ${service} was changed: ${changedText(drifted)}, ${drifted.state} since ${clockTime(drifted.since)}`;

/** `and on 12 more hosts of checkout`; `null` where all are named. */
export function unnamedText(service: string, drifted: { readonly hosts: number; readonly named: readonly unknown[] }) {
  const unnamed = drifted.hosts - drifted.named.length;
  return unnamed > 0 ? `and on ${counted(unnamed, 'more host')} of ${service}` : null;
}
