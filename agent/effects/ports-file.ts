import type { ServiceName } from '../../domain/names.ts';
import type { ActParts } from '../host-parts.ts';
import { replaceFile } from '../durable-files.ts';
import type { Digest } from '../../domain/names.ts';

export interface ServedPort {
  readonly port: number;
  readonly release: Digest;
  readonly instance: string;
}

export interface ServedPorts {
  /** Where callers are to be sent. */
  readonly serving: readonly ServedPort[];
  /** Still answer, and get nothing new. */
  readonly draining: readonly ServedPort[];
}

export const servedPort = ({
  id,
  release,
  port,
}: {
  readonly id: string;
  readonly release: Digest;
  readonly port: number;
}): ServedPort => ({
  port,
  release,
  instance: id,
});

/**
 * `services/<s>/ports.json`, replaced as a whole at each change: what a balancer on this host goes by. Told before an
 * instance is drained and ended, so that who reads it then is never late. A disk that can't take it stops no change.
 */
export async function writePorts(
  service: ServiceName,
  ports: ServedPorts,
  { directory, log }: Pick<ActParts, 'directory' | 'log'>,
): Promise<void> {
  try {
    await replaceFile(
      directory.service(service).ports,
      JSON.stringify({ format: 'slipway.ports/1', service, ...ports }),
    );
  } catch (error) {
    log.warn('ports.json could not be written', { service, reason: (error as Error).message });
  }
}
