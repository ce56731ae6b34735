import type { HostId } from '../../domain/names.ts';
import type { NextLogs } from '../../protocol/api/log-reading.ts';

type Chunk = NextLogs['chunks'][number];

export interface HostLine {
  readonly host: HostId;
  readonly line: string;
  /** It stands for output that was skipped, and is none itself. */
  readonly isGap: boolean;
}

/** Lines out of the chunks of several hosts, each of which may end in the middle of a line. */
export interface HostLines {
  /** The last that was taken of each host: what comes again is passed over. */
  readonly seen: Readonly<Record<string, number>>;
  take(chunk: Chunk): readonly HostLine[];
}

const skipped = '… output was skipped: it came faster than it was read';

export function createHostLines(): HostLines {
  const seen: Record<string, number> = {};
  const begun = new Map<HostId, string>();
  return {
    seen,
    take({ host, sequence, text, gap, ended }) {
      if (sequence <= (seen[host] ?? 0)) return [];
      seen[host] = sequence;
      // Of a line that was cut by a gap both ends are shown.
      const before = begun.get(host) ?? '';
      const lines = (gap ? text : before + text).split('\n');
      const rest = lines.pop() ?? '';
      const isLast = ended !== null && rest !== '';
      begun.set(host, isLast ? '' : rest);
      const ofHost = (line: string): HostLine => ({ host, line, isGap: false });
      return [
        ...(gap && before !== '' ? [ofHost(before)] : []),
        ...(gap ? [{ host, line: skipped, isGap: true }] : []),
        ...lines.map(ofHost),
        ...(isLast ? [ofHost(rest)] : []),
      ];
    },
  };
}
