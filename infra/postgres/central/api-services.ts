import { randomUUID } from 'node:crypto';
import type { ServiceDirectory } from '../../../api/control/services/service-settings.ts';
import type { Database } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited } from './audit-log.ts';
import { Service } from './entities.ts';
import { lockService } from './lock-service.ts';

/** @see ServiceDirectory */
export const createServiceDirectory = (database: Database): ServiceDirectory => ({
  put: (name, given, actor, refuse) =>
    changeAudited<string | null>(database, async (em) => {
      const row = await lockService(em, name);
      const settings = storable({ ...given, owners: [...(given.owners ?? row?.owners ?? [])] });
      const refused = row === null || given.owners === undefined ? null : refuse(row.owners, settings.owners);
      if (refused !== null) return { result: refused, audit: [] };
      if (row !== null && isSame(row, settings)) return { result: null, audit: [] };
      if (row === null) em.create(Service, { name, ...settings, addedAt: new Date() });
      else Object.assign(row, settings);
      const verb = row === null ? 'service-added' : 'service-changed';
      return {
        result: null,
        audit: [{ actor, verb, object: name, detail: settings, key: `${verb}:${name}:${randomUUID()}` }],
      };
    }),
});

type Settings = Omit<Parameters<ServiceDirectory['put']>[1], 'owners'> & { readonly owners: readonly string[] };

const isSame = (row: Settings, settings: Settings): boolean => textOf(row) === textOf(settings);

const textOf = ({ repository, cloneUrl, folder, branch, owners }: Settings): string =>
  JSON.stringify([repository, cloneUrl, folder, branch, owners]);
