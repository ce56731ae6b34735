import type { TrustedKeys } from '../../protocol/root-document.ts';
import { readPinnedKeys } from '../trust/pinned-root.ts';
import { CommandError, exitCodes } from './command-error.ts';
import type { Surroundings } from './surroundings.ts';

/** Whom this host believes, by the root document that it has pinned. @throws CommandError */
export const pinnedKeys = ({ directory }: Surroundings): Promise<TrustedKeys> =>
  readPinnedKeys([directory.pinnedRoot, directory.pinnedRootCopy]).catch((error: Error) => {
    throw new CommandError('root', `no signature can be checked: ${error.message}`, exitCodes.fault);
  });
