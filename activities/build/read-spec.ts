import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { ServiceName } from '../../domain/names.ts';
import type { ServiceSpec, SpecProblem } from '../../domain/spec/service-spec.ts';
import { parseServiceSpec, serviceSpecFile, serviceSpecMaxBytes } from '../../protocol/service-spec.ts';

/** The parser refuses what is larger; one byte more lets it see that. */
const specReadBytes = serviceSpecMaxBytes + 1;

export type ReadSpec =
  | { readonly outcome: 'read'; readonly spec: ServiceSpec }
  | { readonly outcome: 'invalid'; readonly problems: readonly SpecProblem[] }
  | { readonly outcome: 'absent'; readonly reason: string };

/** The spec of `service` in its folder of a checkout. */
export async function readSpec(folder: string, service: ServiceName): Promise<ReadSpec> {
  const bytes = await readBounded(path.join(folder, serviceSpecFile));
  if (bytes === null)
    return { outcome: 'absent', reason: `there is no file ${serviceSpecFile} in the service's folder` };
  const parsed = parseServiceSpec(bytes);
  if (!parsed.ok) return { outcome: 'invalid', problems: parsed.problems };
  if (parsed.spec.service !== service)
    return { outcome: 'invalid', problems: [otherService(bytes.toString(), parsed.spec.service, service)] };
  return { outcome: 'read', spec: parsed.spec };
}

/** Null when there is none, also for a link or a folder of that name. */
async function readBounded(file: string): Promise<Buffer | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(specReadBytes), 0, specReadBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function otherService(text: string, is: ServiceName, wanted: ServiceName): SpecProblem {
  const line = text.split('\n').findIndex((each) => each.startsWith('service:')) + 1;
  const message = `is "${is}", but this folder is registered as the service "${wanted}"`;
  return { path: 'service', line: Math.max(line, 1), column: 1, message };
}
