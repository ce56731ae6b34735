import type { RegionName, ServiceName } from '../names.ts';

/** What a query may name. */
export interface QueryNames {
  readonly service: ServiceName;
  /** `checkout@412`, as an instance has it in `SLIPWAY_RELEASE`. */
  readonly release: string;
  readonly region: RegionName | null;
}

/** Whether a query is another one in each region. */
export const namesRegion = (promql: string): boolean => /\$region\b/.test(promql);

/**
 * Fills `$service`, `$release` and `$region` in; any other `$` is PromQL's own, such as the end of a regular expression.
 * Nothing that is filled in can end a string or a matcher.
 *
 * @throws RangeError for a name that no service, release or region has
 */
export const filledIn = (promql: string, names: QueryNames): string =>
  promql.replaceAll(/\$(service|release|region)\b/g, (place, name: keyof QueryNames) => {
    const filled = names[name];
    return filled === null ? place : harmless(filled);
  });

function harmless(name: string): string {
  if (!/^[\w@.-]+$/.test(name)) throw new RangeError(`${JSON.stringify(name)} can't stand in a query`);
  return name;
}
