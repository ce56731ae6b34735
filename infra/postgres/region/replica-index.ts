import { sql } from 'kysely';
import type { ReplicaIndex, ReplicaRef } from '../../../activities/replication/replica-index.ts';
import type { Digest } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { Database, EntityManager } from '../connect.ts';

/** The region database's side of copying releases: which blobs are here, and which releases are whole. */
export function createReplicaIndex(database: Database): ReplicaIndex {
  const em = (): EntityManager => database.em.fork();
  return {
    openReplica: async (replica) => void (await openReplica(em(), replica)),
    missingChunks: (digests) => missingChunks(em(), digests),
    recordChunks: (release, chunks) =>
      em().transactional(async (tx) => {
        await sql`
          insert into chunk (digest, size_bytes)
          select digest, "sizeBytes" from ${recordset(chunks)} on conflict (digest) do nothing`.execute(tx.getKysely());
        // Counted by the rows that are new for this release, so that a repeat adds nothing.
        await sql`
          with incoming as (select distinct on (digest) * from ${recordset(chunks)}),
          fresh as (
            insert into replica_chunk (release, digest) select ${release}, digest from incoming
            on conflict do nothing returning digest
          ),
          counted as (
            select coalesce(sum("sizeBytes") filter (where fetched), 0) as copied,
                   coalesce(sum("sizeBytes") filter (where not fetched), 0) as reused
            from incoming join fresh using (digest)
          )
          update replica set copied_bytes = copied_bytes + copied, reused_bytes = reused_bytes + reused
          from counted where release = ${release}`.execute(tx.getKysely());
      }),
    publish: (replica, envelope, chunks) => publish(em(), replica, envelope, chunks),
    isPublished: async (release) => {
      const { rows } = await sql`select 1 from replica where release = ${release} and state = 'published'`.execute(
        em().getKysely(),
      );
      return rows.length === 1;
    },
    readCounters: async (release) => {
      const { rows } = await sql<{ copiedBytes: number; reusedBytes: number }>`
        select copied_bytes::float8 as "copiedBytes", reused_bytes::float8 as "reusedBytes"
        from replica where release = ${release}`.execute(em().getKysely());
      return rows[0] ?? { copiedBytes: 0, reusedBytes: 0 };
    },
  };
}

const recordset = (chunks: readonly { digest: Digest; sizeBytes: number; fetched: boolean }[]) =>
  sql`jsonb_to_recordset(${JSON.stringify(chunks)}::jsonb) as c(digest text, "sizeBytes" bigint, fetched boolean)`;

const openReplica = (em: EntityManager, { release, service, number }: ReplicaRef) =>
  sql`
  insert into replica (release, service, number, state, opened_at)
  values (${release}, ${service}, ${number}, 'copying', now()) on conflict (release) do nothing`.execute(
    em.getKysely(),
  );

async function missingChunks(em: EntityManager, digests: readonly Digest[]): Promise<readonly Digest[]> {
  const { rows } = await sql<{ digest: Digest }>`
    select wanted.digest from jsonb_array_elements_text(${JSON.stringify(digests)}::jsonb)
      with ordinality as wanted(digest, place)
    where not exists (select from chunk where chunk.digest = wanted.digest) order by place`.execute(em.getKysely());
  return rows.map(({ digest }) => digest);
}

async function publish(
  em: EntityManager,
  replica: ReplicaRef,
  envelope: Envelope,
  chunks: readonly Digest[],
): Promise<'published' | 'incomplete'> {
  return em.transactional(async (tx) => {
    const wanted = sql`(select distinct jsonb_array_elements_text(${JSON.stringify(chunks)}::jsonb) as digest)`;
    // Locked, so that rows which are there now are still there when this commits, whoever collects meanwhile.
    const { rows } = await sql<{ missing: boolean }>`
      with wanted as ${wanted}, here as (select digest from chunk where digest in (select digest from wanted) for key share)
      select (select count(*) from here) < (select count(*) from wanted) as missing`.execute(tx.getKysely());
    if (rows[0]!.missing) return 'incomplete';
    await openReplica(tx, replica);
    await sql`
      insert into replica_chunk (release, digest) select ${replica.release}, digest from ${wanted} as wanted
      on conflict do nothing`.execute(tx.getKysely());
    await sql`
      update replica set state = 'published', envelope = ${JSON.stringify(envelope)}::jsonb, published_at = now()
      where release = ${replica.release} and state = 'copying'`.execute(tx.getKysely());
    return 'published';
  });
}
