import type { RegionName } from '../domain/names.ts';
import { regionField } from '../protocol/fields.ts';
import { UsageError } from './usage-error.ts';

/** The name of a region, as an argument. @throws UsageError */
export function regionArgument(text: string | undefined): RegionName {
  const parsed = regionField.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${JSON.stringify(text)} should be the name of a region, such as eu-west`);
}

/** `--regions eu-west,us-east`; `undefined` for all of them. @throws UsageError */
export function regionList(text: string | undefined): RegionName[] | undefined {
  const regions = text?.split(',').map((name) => regionArgument(name.trim()));
  return regions === undefined ? undefined : [...new Set(regions)];
}
