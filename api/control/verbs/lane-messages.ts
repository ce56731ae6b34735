import type { DeploymentRequest } from '../../../activities/lane/contract.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type {
  HotfixAnswer,
  HotfixMessage,
  LockMessage,
  RollbackAnswer,
  RollbackMessage,
  SubmitAnswer,
  WithdrawAnswer,
  WithdrawMessage,
} from '../../../workflows/messages/lane.ts';

/** Lanes as people's requests see them. A lane that isn't open is started. @throws ProblemError when it can't answer */
export interface LaneMessages {
  submit(request: DeploymentRequest, queueWhenLocked: boolean): Promise<SubmitAnswer>;
  hotfix(service: ServiceName, message: HotfixMessage): Promise<HotfixAnswer>;
  rollback(service: ServiceName, message: RollbackMessage): Promise<RollbackAnswer>;
  withdraw(service: ServiceName, message: WithdrawMessage): Promise<WithdrawAnswer>;
  lock(service: ServiceName, message: LockMessage): Promise<void>;
  /** Whether this run of the lane has taken a message with this key. */
  hasTaken(service: ServiceName, key: string): Promise<boolean>;
  /** @throws ProblemError `not-allowed` for who may not open this lock */
  unlock(service: ServiceName, message: LockMessage): Promise<void>;
}
