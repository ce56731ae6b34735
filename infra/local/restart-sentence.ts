import { lasted } from '../../domain/progress/plain-text.ts';
import type { Restart } from './supervised-process.ts';

export function restartSentence(restart: Restart): string {
  const { name } = restart;
  switch (restart.phase) {
    case 'ended':
      return `${name} ${restart.how}; started again in ${lasted(restart.againInMs)} (${restart.logFile})`;
    case 'late':
      return `${name} lives and does not serve yet after ${lasted(restart.afterMs)}; it is waited for (${restart.logFile})`;
    case 'serves':
      return `${name} serves ${restart.first ? '' : 'again '}after ${(restart.afterMs / 1000).toFixed(1)} s`;
  }
}
