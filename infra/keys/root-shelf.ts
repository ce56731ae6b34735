import type { RootShelf } from '../../api/gateway/roots/root-shelf.ts';
import { readRoot, readRootVersion } from './root-files.ts';

/** Operators replace the file while gateways run. */
const lookEveryMs = 10_000;

/** The folder with `root.json` and the versions before it; `stop` ends the looking. */
export async function openRootShelf(
  rootFile: string,
  onUnreadable: (error: unknown) => void,
): Promise<RootShelf & { stop(): void }> {
  let newest: number | null = null;
  const look = async (): Promise<void> => {
    const root = await readRoot(rootFile);
    newest = root?.document.version ?? newest;
  };
  await look();
  const timer = setInterval(() => void look().catch(onUnreadable), lookEveryMs);
  timer.unref();
  return {
    newest: () => newest,
    async read(version) {
      const root = await readRoot(rootFile);
      return root?.document.version === version ? root.envelope : readRootVersion(rootFile, version);
    },
    stop: () => clearInterval(timer),
  };
}
