import { useEffect, useRef, useState } from 'react';
import { alarmAfter, alarmText, noAlarm, type Alert } from './alerts.ts';

interface AnnouncerProps {
  /** Changes of stages: said when nothing else is. */
  readonly status: string;
  /** Failed, held, connection lost: said at once. */
  readonly alerts: readonly Alert[];
}

/** A screen reader hears one sentence of progress in this time at most, the newest. */
const statusEveryMs = 10_000;

/** Two live regions. They are mounted empty, because only changes are announced. */
export function Announcer({ status, alerts }: AnnouncerProps) {
  const [said, setSaid] = useState('');
  const saidAt = useRef(-Infinity);
  const [alarm, setAlarm] = useState('');
  const current = useRef(noAlarm);
  useEffect(() => {
    const restMs = Math.max(0, saidAt.current + statusEveryMs - performance.now());
    const turn = window.setTimeout(() => {
      saidAt.current = performance.now();
      setSaid(status);
    }, restMs);
    return () => window.clearTimeout(turn);
  }, [status]);
  useEffect(() => {
    current.current = alarmAfter(current.current, alerts);
    setAlarm(alarmText(current.current));
  }, [alerts]);
  return (
    <>
      <output className="unseen">{said}</output>
      <div role="alert" className="unseen">
        {alarm}
      </div>
    </>
  );
}
