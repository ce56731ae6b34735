import { whyMayNotReplaceOwners } from '../../../domain/access/may-grant.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import type { AccessRecords } from '../access/access-records.ts';
import { granterOf, mayNotGrant } from '../access/granter.ts';
import { serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import type { ServiceDirectory } from './service-settings.ts';

/** Where a service comes from is a release owner's to say; who owns one that is there, an owner's or operator's. */
export function serviceHandlers(
  directory: ServiceDirectory,
  projection: Projection,
  access: Pick<AccessRecords, 'operators'>,
): Pick<RouteHandlers, 'putService'> {
  return {
    async putService({ person, parameters, body }) {
      const service = serviceParameter(parameters);
      const by = await granterOf({ access, projection }, person, service);
      const refused = await directory.put(service, body, person.person, (before, after) =>
        whyMayNotReplaceOwners(by, service, { before, after }),
      );
      if (refused !== null) throw mayNotGrant(refused, by);
      const stored = await projection.findService(service);
      if (stored === null) throw new ProblemError('internal', { detail: `${service} was written and can't be read` });
      return { ...stored, sequence: await projection.newestSequence() };
    },
  };
}
