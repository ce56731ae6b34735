import type { HostId, ServiceName } from '../names.ts';
import { mostHosts } from './limits.ts';

/** A host that said something of the service. */
export interface OutputHost {
  readonly host: HostId;
  readonly isHealthy: boolean;
  /** Lately: an agent that is away can't be asked. */
  readonly isHeard: boolean;
}

export interface WantedOutput {
  readonly service: ServiceName;
  /** The one that was named. */
  readonly host: HostId | null;
  /** Of every host, up to `mostHosts`; else of one. */
  readonly every: boolean;
}

export type ChosenHosts =
  | { readonly outcome: 'chosen'; readonly hosts: readonly HostId[] }
  /** For people. */
  | { readonly outcome: 'none'; readonly why: string };

/**
 * Of which hosts the output is read: of the one that was named, else of healthy ones before others, by name. One that is not
 * healthy is as good as none is better: its output says why.
 */
export function chooseHosts({ service, host, every }: WantedOutput, known: readonly OutputHost[]): ChosenHosts {
  if (host !== null) return chooseNamed(service, host, known);
  const heard = known.filter(({ isHeard }) => isHeard);
  if (heard.length === 0) {
    const why =
      known.length === 0
        ? `no host here runs ${service}`
        : `no host of ${service} was heard of lately: their agents can't be asked`;
    return { outcome: 'none', why };
  }
  const ordered = heard.toSorted((one, other) => rank(one) - rank(other) || (one.host < other.host ? -1 : 1));
  return { outcome: 'chosen', hosts: ordered.slice(0, every ? mostHosts : 1).map((each) => each.host) };
}

const rank = ({ isHealthy }: OutputHost): number => (isHealthy ? 0 : 1);

function chooseNamed(service: ServiceName, host: HostId, known: readonly OutputHost[]): ChosenHosts {
  const found = known.find((each) => each.host === host);
  if (found === undefined) return { outcome: 'none', why: `host ${host} is not one of ${service} here` };
  if (!found.isHeard) return { outcome: 'none', why: `host ${host} was not heard of lately: its agent can't be asked` };
  return { outcome: 'chosen', hosts: [host] };
}
