import type { ServiceName } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { statusOf } from '../keeper/ensure-keeper.ts';
import { keeperPlaces } from '../keeper/keeper-place.ts';
import { ageText } from './age-text.ts';

/** What keepers couldn't keep of a service's output since they began; both places together. */
export interface DroppedOutput {
  /** As far as it came to a keeper. */
  readonly bytes: number;
  /** `null` where its last output was kept. */
  readonly now: { readonly sinceMs: number; readonly why: string } | null;
}

/** `null` when all of it was kept, or no keeper answers. */
export async function droppedOutput(directory: AgentDirectory, service: ServiceName): Promise<DroppedOutput | null> {
  const asked = await Promise.all(keeperPlaces(directory, service).map(({ keeper }) => statusOf(keeper)));
  const keepers = asked.filter((each) => each !== null);
  const bytes = keepers.reduce((sum, { droppedLogBytes }) => sum + droppedLogBytes, 0);
  const now = keepers.map(({ dropsLog }) => dropsLog ?? null).find((each) => each !== null) ?? null;
  return bytes === 0 && now === null ? null : { bytes, now };
}

export function droppedText({ bytes, now }: DroppedOutput): string {
  const lost = bytes === 0 ? '' : `; ${Math.ceil(bytes / 1024)} KiB were dropped`;
  if (now === null) return `is kept again${lost}`;
  // It may have printed nothing since there is room again.
  return `of the last ${ageText(Date.now() - now.sinceMs)} was not kept, as ${now.why}${lost}`;
}
