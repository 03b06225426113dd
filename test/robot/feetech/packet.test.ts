import { describe, expect, it } from 'vitest';
import { encodePacket, PacketReader, type Packet } from '../../../src/robot/feetech/packet.ts';
import { seededRandom } from '../../../src/spec/random.ts';

/** The manual's examples: ping servo 1, and its answer. */
const PING = [0xff, 0xff, 0x01, 0x02, 0x01, 0xfb];
const PONG = [0xff, 0xff, 0x01, 0x02, 0x00, 0xfc];
/** Servo 1 is at 2048: two bytes from address 0x38. */
const READ_POSITION = [0xff, 0xff, 0x01, 0x04, 0x02, 0x38, 0x02, 0xbe];
const AT_2048 = [0xff, 0xff, 0x01, 0x04, 0x00, 0x00, 0x08, 0xf2];

describe('encodePacket', () => {
  it('makes the bytes of the manual', () => {
    expect([...encodePacket({ id: 1, code: 1, params: [] })]).toEqual(PING);
    expect([...encodePacket({ id: 1, code: 2, params: [0x38, 2] })]).toEqual(READ_POSITION);
  });
});

describe('PacketReader', () => {
  const pong: Packet = { id: 1, code: 0, params: [] };
  const at2048: Packet = { id: 1, code: 0, params: [0, 8] };

  it('finds packets however their bytes are split', () => {
    const bytes = [...PONG, ...AT_2048];
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const reader = new PacketReader();
        const pieces = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)];
        expect(pieces.flatMap((piece) => reader.push(piece))).toEqual([pong, at2048]);
        expect(reader.discarded).toBe(0);
      }
    }
  });

  it.each([
    ['random bytes', [0x00, 0x13, 0x7f]],
    ['a lone header byte', [0xff]],
    ['a header too many', [0xff, 0xff]],
    ['a header with an impossible length', [0xff, 0xff, 0x01, 0x00]],
    ['a reply whose checksum is wrong', [0xff, 0xff, 0x01, 0x02, 0x00, 0xfb]],
  ])('passes over %s', (_, noise) => {
    const reader = new PacketReader();
    expect(reader.push([...noise, ...AT_2048])).toEqual([at2048]);
    expect(reader.discarded).toBe(noise.length);
  });

  it('forgets a packet whose rest does not come', () => {
    const reader = new PacketReader();
    expect(reader.push(AT_2048.slice(0, 5))).toEqual([]);
    reader.reset();
    expect(reader.push(PONG)).toEqual([pong]);
  });

  it('gets a packet again after any 30 bytes of noise', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 200; round++) {
      const reader = new PacketReader();
      reader.push(Array.from({ length: 30 }, () => random.integer(256)));
      reader.reset();
      expect(reader.push(AT_2048)).toEqual([at2048]);
    }
  });
});
