import { writtenHooks } from '../hook/hook.ts';
import type { ServiceSpec } from '../spec/service-spec.ts';

/** Why a spec with hooks can't be planned here, and what to set; `null` when it has none, or they are allowed. */
export function hooksRefused({ hooks }: Pick<ServiceSpec, 'hooks'>, allowed: boolean): string | null {
  const [first] = writtenHooks(hooks);
  if (allowed || first === undefined) return null;
  return `${first.name}: this installation runs no hooks. They run on its build workers, which are no sandbox; who operates it allows them with SLIPWAY_HOOKS=on-build-workers, for the control worker and the api`;
}
