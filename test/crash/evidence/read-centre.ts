import type { ServiceName } from '../../../domain/names.ts';
import { readAuditChain } from '../../../infra/postgres/central/audit-log.ts';
import {
  Admission,
  Deployment,
  InboxRow,
  ObligationRow,
  Release,
  Service,
} from '../../../infra/postgres/central/entities.ts';
import type { DeploymentRow } from '../../../infra/postgres/central/entities/deployment.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { StackDatabases } from './databases.ts';
import type { CentreEvidence, EndedDeployment, KnownRelease } from './evidence.ts';

/** What has to be nothing when all deployments are over. */
export type OpenMatters = Pick<CentreEvidence, 'holder' | 'unfinished' | 'obligations'>;

export async function readOpenMatters(databases: StackDatabases, service: ServiceName): Promise<OpenMatters> {
  const em = databases.central();
  const { holder } = await em.findOneOrFail(Service, { name: service });
  return {
    holder: holder ?? null,
    unfinished: await em.count(InboxRow, { service, finishedAt: null }),
    obligations: await em.count(ObligationRow, { service }),
  };
}

export async function readCentre(databases: StackDatabases, service: ServiceName): Promise<CentreEvidence> {
  const admissions = await databases.central().find(Admission, { service });
  return {
    ...(await readOpenMatters(databases, service)),
    audit: await readAudit(databases),
    admissions: admissions.map(({ envelope, admittedAt }) => ({
      envelope: JSON.parse(envelope) as Envelope,
      admittedAtMs: admittedAt.getTime(),
    })),
  };
}

export async function readAudit({ centralDatabase }: StackDatabases): Promise<CentreEvidence['audit']> {
  const chain: CentreEvidence['audit'][number][] = [];
  for await (const record of readAuditChain(centralDatabase)) chain.push(record);
  return chain;
}

/** In order of number. */
export async function readDeployments(databases: StackDatabases, service: ServiceName): Promise<EndedDeployment[]> {
  const rows = await databases.central().find(Deployment, { service }, { orderBy: { number: 'asc' } });
  return rows.map(endedDeployment);
}

const endedDeployment = ({
  number,
  kind,
  release,
  source,
  outcome,
  startedAt,
  goesOnAs,
  sequence,
  regions,
}: DeploymentRow): EndedDeployment => ({
  number,
  kind,
  release,
  commit: source.from === 'merge' ? source.commit : null,
  outcome: outcome ?? null,
  started: (startedAt ?? null) !== null,
  goesOnAs: goesOnAs ?? null,
  sequence,
  regions,
});

/** Those that were signed. */
export async function readReleases(databases: StackDatabases, service: ServiceName): Promise<KnownRelease[]> {
  const rows = await databases.central().find(Release, { service }, { orderBy: { number: 'asc' } });
  return rows.flatMap(({ number, digest }) => (digest ? [{ number, digest }] : []));
}
