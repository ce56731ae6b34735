import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ReplicaChunk, ReplicaIndex } from '../activities/replication/replica-index.ts';

interface Content {
  chunks: Record<string, number>;
  replicas: Record<string, { readonly published: boolean; readonly chunks: Record<string, ReplicaChunk> }>;
}

/** A ReplicaIndex in one file, written whole at each change: what was recorded survives a kill. */
export function replicaIndexInFile(file: string): ReplicaIndex {
  const read = (): Content =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Content) : { chunks: {}, replicas: {} };
  const write = (content: Content): void => {
    writeFileSync(`${file}.tmp`, JSON.stringify(content));
    renameSync(`${file}.tmp`, file);
  };
  return {
    openReplica: async ({ release }) => {
      const content = read();
      content.replicas[release] ??= { published: false, chunks: {} };
      write(content);
    },
    missingChunks: async (digests) => {
      const { chunks } = read();
      return digests.filter((digest) => !(digest in chunks));
    },
    recordChunks: async (release, chunks) => {
      const content = read();
      for (const chunk of chunks) {
        content.chunks[chunk.digest] = chunk.sizeBytes;
        content.replicas[release]!.chunks[chunk.digest] ??= chunk;
      }
      write(content);
    },
    publish: async ({ release }, _, chunks) => {
      const content = read();
      if (chunks.some((digest) => !(digest in content.chunks))) return 'incomplete';
      content.replicas[release] = { ...content.replicas[release]!, published: true };
      write(content);
      return 'published';
    },
    isPublished: async (release) => read().replicas[release]?.published ?? false,
    readCounters: async (release) => {
      const chunks = Object.values(read().replicas[release]?.chunks ?? {});
      const sum = (fetched: boolean) =>
        chunks.filter((chunk) => chunk.fetched === fetched).reduce((bytes, chunk) => bytes + chunk.sizeBytes, 0);
      return { copiedBytes: sum(true), reusedBytes: sum(false) };
    },
  };
}
