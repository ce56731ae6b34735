import { lasted } from '../../domain/progress/plain-text.ts';
import type { Restart } from './supervision-options.ts';

export function restartSentence(restart: Restart): string {
  const { name } = restart;
  switch (restart.phase) {
    case 'ended':
      return `${name} ${restart.how}; started again in ${lasted(restart.againInMs)} (${restart.logFile})${meanwhile(restart)}`;
    case 'late':
      return `${name} lives and does not serve yet after ${lasted(restart.afterMs)}; it is waited for (${restart.logFile})${meanwhile(restart)}`;
    case 'serves':
      return `${name} serves ${restart.first ? '' : 'again '}after ${(restart.afterMs / 1000).toFixed(1)} s`;
  }
}

const meanwhile = (restart: { readonly meanwhile?: string }): string =>
  restart.meanwhile === undefined ? '' : `; ${restart.meanwhile} until it serves`;
