import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import type { ServiceDirectory } from './service-settings.ts';

export function serviceHandlers(
  directory: ServiceDirectory,
  projection: Projection,
): Pick<RouteHandlers, 'putService'> {
  return {
    async putService({ person, parameters, body }) {
      const service = serviceParameter(parameters);
      await directory.put(service, body, person.person);
      const stored = await projection.findService(service);
      if (stored === null) throw new ProblemError('internal', { detail: `${service} was written and can't be read` });
      return { ...stored, sequence: await projection.newestSequence() };
    },
  };
}
