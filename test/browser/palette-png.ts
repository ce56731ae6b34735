/**
 * A picture of a page, made small: most of its pixels have one of a few colours, so 256 are enough, and one byte says
 * which. Reads what Chromium writes: 8 bits, RGB or RGBA without transparency, not interlaced (PNG, ISO/IEC 15948).
 */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const [rgb, indexed, rgba] = [2, 3, 6];
const mostColours = 256;

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 0xRRGGBB each, row by row. */
  readonly colours: Uint32Array;
}

/** @throws RangeError for a picture of another kind */
export function readPng(png: Buffer): Pixels {
  const header = chunksOf(png, 'IHDR')[0]!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, type, , , interlaced] = header.subarray(8);
  if (depth !== 8 || (type !== rgb && type !== rgba) || interlaced !== 0)
    throw new RangeError(`not 8 bits of RGB: type ${type}, ${depth} bits`);
  const step = type === rgb ? 3 : 4;
  const bytes = unfiltered(inflateSync(Buffer.concat(chunksOf(png, 'IDAT'))), height, width * step, step);
  const colours = new Uint32Array(width * height);
  for (let index = 0; index < colours.length; index++) colours[index] = bytes.readUIntBE(index * step, 3);
  return { width, height, colours };
}

function chunksOf(png: Buffer, wanted: string): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = signature.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === wanted) found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return found;
}

/** Each row begins with the way in which it was made of its neighbours. */
function unfiltered(raw: Buffer, height: number, stride: number, step: number): Buffer {
  const out = Buffer.alloc(height * stride);
  for (let row = 0; row < height; row++) {
    const predict = predictors[raw[row * (stride + 1)]!]!;
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      const left = column < step ? 0 : out[at - step]!;
      const up = row === 0 ? 0 : out[at - stride]!;
      const upLeft = row === 0 || column < step ? 0 : out[at - stride - step]!;
      out[at] = raw[row * (stride + 1) + 1 + column]! + predict(left, up, upLeft);
    }
  }
  return out;
}

function paeth(left: number, up: number, upLeft: number): number {
  const a = Math.abs(up - upLeft);
  const b = Math.abs(left - upLeft);
  const c = Math.abs(left + up - 2 * upLeft);
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

/** By the filter's number: none, sub, up, average, Paeth. */
const predictors: readonly ((left: number, up: number, upLeft: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  paeth,
];

export function writePng({ width, height, colours }: Pixels): Buffer {
  const palette = commonest(colours);
  const nearest = nearestIn(palette);
  const rows = Buffer.alloc((width + 1) * height);
  for (let index = 0; index < colours.length; index++)
    rows[index + Math.floor(index / width) + 1] = nearest(colours[index]!);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, indexed, 0, 0, 0], 8);
  const entries = Buffer.alloc(palette.length * 3);
  for (const [index, colour] of palette.entries()) entries.writeUIntBE(colour, index * 3, 3);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', entries),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function commonest(colours: Uint32Array): readonly number[] {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, mostColours)
    .map(([colour]) => colour);
}

/** Its place in the palette, or that of the colour that is most like it. */
function nearestIn(palette: readonly number[]): (colour: number) => number {
  const known = new Map(palette.map((colour, index) => [colour, index]));
  const others = palette.map(channels);
  const search = (colour: number): number => {
    const [red, green, blue] = channels(colour);
    const distances = others.map(([r, g, b]) => (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2);
    return distances.indexOf(Math.min(...distances));
  };
  return (colour) => {
    const index = known.get(colour) ?? search(colour);
    known.set(colour, index);
    return index;
  };
}

const channels = (colour: number): readonly [red: number, green: number, blue: number] => [
  colour >> 16,
  (colour >> 8) & 0xff,
  colour & 0xff,
];

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length, 0);
  head.write(type, 4, 'latin1');
  const checked = Buffer.concat([head.subarray(4), body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(checked), 0);
  return Buffer.concat([head, body, sum]);
}
