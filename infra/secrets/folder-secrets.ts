import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import path from 'node:path';
import type { SecretRead, SecretSource } from '../../api/gateway/secrets/secret-source.ts';
import { secretMaxBytes } from '../../domain/secret/secret-names.ts';

/**
 * Secrets as files, `<folder>/<service>/<name>`; links are followed, as mounts of secrets need it. Callers give only names that
 * are no paths. A folder that isn't there is a mount that is gone, not a secret that is.
 */
export function folderSecrets(folder: string): SecretSource {
  return {
    async read(service, name) {
      const what = `secret ${name} of ${service}`;
      try {
        return await readFile(path.join(folder, service, name), what);
      } catch (error) {
        const { code = 'unknown' } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT') return unreadable(`the ${what} can't be read (${code})`);
        if (!(await canBeRead(folder))) return unreadable('the folder of secrets can not be read');
        return { found: false, why: 'absent', reason: `this region has no ${what}` };
      }
    },
  };
}

const canBeRead = (folder: string): Promise<boolean> =>
  access(folder, constants.X_OK).then(
    () => true,
    () => false,
  );

async function readFile(file: string, what: string): Promise<SecretRead> {
  // A pipe would keep everybody waiting.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) return unreadable(`the ${what} is no file`);
    const most = Buffer.alloc(secretMaxBytes + 1);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await handle.read(most, bytes, most.length - bytes, bytes);
      bytes += bytesRead;
      if (bytes > secretMaxBytes) return unreadable(`the ${what} is larger than ${secretMaxBytes} bytes`);
      if (bytesRead === 0) return { found: true, value: most.subarray(0, bytes) };
    }
  } finally {
    await handle.close();
  }
}

const unreadable = (reason: string): SecretRead => ({ found: false, why: 'unreadable', reason });
