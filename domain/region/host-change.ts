import type { Selector } from '../goal/goal.ts';

/** What of a host the region decides by itself. */
export interface HostStanding {
  readonly labels: Selector;
  readonly maintenance: boolean;
  /** By the region's clock; `null` when it never reported. */
  readonly reportAgeMs: number | null;
  readonly absentAfterMs: number;
}

/** `same`: it is so already. `reason` is one sentence for people. */
export type HostChange =
  | { readonly do: 'set'; readonly labels: Selector; readonly maintenance: boolean }
  | { readonly do: 'retire' }
  | { readonly do: 'same' }
  | { readonly do: 'refuse'; readonly reason: string };

/** The label of hosts that a deployment switches first. The region's own record decides, never what a host says. */
export const canaryLabel = 'canary';

/** As they are written on a command line: `role=web` sets one, `zone-` takes one away. */
export interface LabelEdit {
  readonly set: Selector;
  readonly remove: readonly string[];
}

/** @throws RangeError that says which one is none */
export function parseLabelEdit(words: readonly string[]): LabelEdit {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const word of words) {
    const [, name = '', value] = /^([A-Za-z0-9][A-Za-z0-9_./-]{0,61}?)(?:=([\x20-\x7e]{0,63})|-)$/.exec(word) ?? [];
    if (name === '') throw new RangeError(`not a label: ${JSON.stringify(word).slice(0, 80)}`);
    if (name in set || remove.includes(name)) throw new RangeError(`the label ${name} is named twice`);
    if (value === undefined) remove.push(name);
    else set[name] = value;
  }
  return { set, remove };
}

/** A host that gains or loses a label gets or stops what its services' selectors say, by itself. */
export function relabel({ labels, maintenance }: HostStanding, { set, remove }: LabelEdit): HostChange {
  const kept = Object.entries(labels).filter(([name]) => !remove.includes(name));
  const edited = { ...Object.fromEntries(kept), ...set };
  const same =
    Object.keys(edited).length === Object.keys(labels).length &&
    Object.entries(edited).every(([name, value]) => labels[name] === value);
  if (same) return { do: 'same' };
  if (Object.keys(edited).length > 16) return { do: 'refuse', reason: 'a host has at most 16 labels' };
  return { do: 'set', labels: edited, maintenance };
}

/** In maintenance a host runs nothing, and nobody waits for it. */
export const setMaintenance = ({ labels, maintenance }: HostStanding, on: boolean): HostChange =>
  maintenance === on ? { do: 'same' } : { do: 'set', labels, maintenance: on };

/** A host that still reports would be refused from then on, and go on to run what it runs: it has to end first. */
export function retire({ reportAgeMs, absentAfterMs }: HostStanding, force: boolean): HostChange {
  if (force || reportAgeMs === null || reportAgeMs >= absentAfterMs) return { do: 'retire' };
  const seconds = Math.max(1, Math.round(reportAgeMs / 1000));
  return { do: 'refuse', reason: `it has reported ${seconds} s ago: end its agent first` };
}
