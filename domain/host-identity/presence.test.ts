import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstPresence, judgePresence, type Said } from './presence.ts';

const say = (bootId: string, over: Partial<Said> = {}): Said => ({ machine: 'm', bootId, isLate: false, ...over });

/** At which word, counted from 1, a clone is noticed; 0 when never. */
function noticedAt(words: readonly Said[]): number {
  let presence = firstPresence('m');
  for (const [index, word] of words.entries()) {
    const judged = judgePresence(presence, word);
    if (judged.clone !== null) return index + 1;
    presence = judged.presence;
  }
  return 0;
}

describe('what a host says of its machine and boot', () => {
  it.each<[string, readonly Said[], number]>([
    ['is one machine while the boot stays', [say('a'), say('a'), say('a')], 0],
    ['is one machine over reboots', [say('a'), say('b'), say('c'), say('d'), say('e'), say('f')], 0],
    [
      'is one machine when a word of the boot before comes late',
      [say('a'), say('b'), say('a', { isLate: true }), say('b')],
      0,
    ],
    ['is one machine when it tells no machine id', [say('a', { machine: null }), say('b', { machine: null })], 0],
    ['is two when a boot goes on after the next began', [say('a'), say('b'), say('a')], 3],
    ['is two when boots before that go on', [say('a'), say('b'), say('c'), say('a')], 4],
    [
      'is two when the other counts behind',
      [
        say('a'),
        say('b', { isLate: true }),
        say('a'),
        say('b', { isLate: true }),
        say('a'),
        say('b', { isLate: true }),
      ],
      6,
    ],
    ['is two when the machine is another', [say('a'), say('b', { machine: 'n' })], 2],
    ['is two when the machine is another in the same boot', [say('a'), say('a', { machine: 'n' })], 2],
  ])('%s', (_what, words, at) => {
    expect(noticedAt(words)).toBe(at);
  });

  it('binds the first machine id that is told, when the enrolment told none', () => {
    const { presence } = judgePresence(firstPresence(null), say('a'));
    expect(presence.machine).toBe('m');
    expect(judgePresence(presence, say('a', { machine: 'n' })).clone).toContain('another machine');
  });

  it('never shows a clone while every word is of the newest boot, whatever comes late from before once or twice', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.nat(40), (reboots, lateAt) => {
        let boot = 0;
        const words = reboots.flatMap((reboot, index) => {
          if (reboot) boot += 1;
          const late = index === lateAt && boot > 0 ? [say(String(boot - 1), { isLate: true })] : [];
          return [say(String(boot)), ...late];
        });
        expect(noticedAt(words)).toBe(0);
      }),
    );
  });

  it('shows a clone soon after two machines speak in turn, whatever their clocks', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }), (behind, turns) => {
        fc.pre(turns.filter((turn, index) => index > 0 && turn !== turns[index - 1]).length >= 6);
        const words = turns.map((turn) => say(turn ? 'a' : 'b', { isLate: behind && !turn }));
        expect(noticedAt([say('a'), ...words])).toBeGreaterThan(0);
      }),
    );
  });
});
