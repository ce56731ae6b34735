/** `4 s`, `4 min 10 s`, `3 h 40 min`, `2 d 5 h`: two units, as much as people can use. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(hours, 'h', minutes % 60, 'min');
  return withRest(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const withRest = (whole: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;

/** `2:10`, or `1:02:10`: for a line of steps. */
export function shortDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours, ...rest] = parts.map((part) => String(part).padStart(2, '0')) as [string, string, string];
  const text = rest.join(':').replace(/^0/, '');
  return parts[0] === 0 ? text : `${Number(hours)}:${rest.join(':')}`;
}

/** How long ago, in one unit: `4 min`. */
export const agoText = (ms: number): string => durationText(ms).split(' ').slice(0, 2).join(' ');
