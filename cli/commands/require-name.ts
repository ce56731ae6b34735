import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import type { VerbFlags } from './deployment-call.ts';

/** Where a mistake in the service would harm: a name that was typed is the right one's. @throws UsageError */
export async function requireName(
  { terminal }: Session,
  { service }: { readonly service: string },
  { confirm }: Pick<VerbFlags, 'confirm'>,
): Promise<void> {
  const typed = confirm ?? (await terminal?.ask(`Type the service's name, ${service}, to go on: `))?.trim();
  if (typed === undefined) throw new UsageError(`nobody can be asked here: give --confirm ${service}`);
  if (typed !== service) throw new UsageError(`${JSON.stringify(typed)} is not ${service}: nothing was changed`);
}
