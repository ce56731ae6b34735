import { randomBytes } from 'node:crypto';
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { tokenLifeMs } from '../../../domain/host-identity/enrolment.ts';
import type { Selector } from '../../../domain/goal/goal.ts';
import type { HostId, RegionName } from '../../../domain/names.ts';
import { selectorField } from '../../../protocol/fields.ts';
import { enrolmentTokenText } from '../../../protocol/host-identity.ts';
import type { Database, EntityManager } from '../connect.ts';

export interface NewEnrolmentToken {
  /** The region that the database belongs to. */
  readonly region: RegionName;
  /** The host gets them when it is enrolled. */
  readonly labels: Selector;
  /** Only this host may use it; `null`: any whose name isn't taken. A host that is known gets a new key only so. */
  readonly host: HostId | null;
  readonly createdBy: string;
  /** One hour unless said. */
  readonly lifeMs?: number;
}

/**
 * Makes a token that lets one host in, once. It is shown now and stored nowhere. @throws ZodError for more than 16 labels,
 * or one longer than 63 characters
 */
export const createEnrolmentToken = (database: Database, wanted: NewEnrolmentToken): Promise<string> =>
  storeEnrolmentToken(database.em.fork(), wanted);

/** The same, in a transaction that also does something else. */
export async function storeEnrolmentToken(em: EntityManager, wanted: NewEnrolmentToken): Promise<string> {
  const { region, labels, host, createdBy, lifeMs = tokenLifeMs } = wanted;
  const token = enrolmentTokenText(region, randomBytes(32).toString('base64url'));
  await sql`
    insert into enrolment_token (hash, host, labels, created_by, expires_at)
    values (${tokenHash(token)}, ${host}, ${JSON.stringify(selectorField.parse(labels))}::jsonb, ${createdBy},
      now() + ${lifeMs} * interval '1 ms')`.execute(em.getKysely());
  return token;
}

/** What is stored of a token. Tokens are 256 random bits, so a fast hash is enough. */
export const tokenHash = (token: string): string => hash('sha256', token, 'hex');
