/** A process is (pid, start time, boot id), in the stack as on hosts. */
export { identify, isAlive as isRunning } from '../../agent/process-identity.ts';
