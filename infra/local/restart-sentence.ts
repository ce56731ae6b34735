import { lasted } from '../../domain/progress/plain-text.ts';
import type { Restart } from './supervised-process.ts';

export const restartSentence = (restart: Restart): string =>
  restart.phase === 'ended'
    ? `${restart.name} ${restart.how}; started again in ${lasted(restart.againInMs)} (${restart.logFile})`
    : `${restart.name} serves again after ${(restart.afterMs / 1000).toFixed(1)} s`;
