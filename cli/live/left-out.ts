import { counted } from '../../domain/progress/plain-text.ts';

/** What a small screen has no room for. */
export interface LeftOut {
  /** Those that are not fine. */
  readonly regions: number;
  readonly fine: number;
  /** Of what is no region's. */
  readonly lines: number;
}

/** `+ 3 regions more, + 42 regions fine`: the fine ones are counted apart, they need no look. */
export function leftOutText({ regions, fine, lines }: LeftOut): string {
  const counts = [
    { count: regions, noun: 'region', what: 'more' },
    { count: fine, noun: 'region', what: 'fine' },
    { count: lines, noun: 'line', what: 'more' },
  ];
  return counts
    .flatMap(({ count, noun, what }) => (count === 0 ? [] : [`+ ${counted(count, noun)} ${what}`]))
    .join(', ');
}
