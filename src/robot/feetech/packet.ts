/**
 * Packets of the Feetech STS servo bus: FF FF, id, length, instruction (or error flags, in a reply), parameters,
 * checksum. Source: Feetech's SCS protocol manual, and its SDK's protocol_packet_handler.
 */

/** An instruction to a servo, or a servo's reply: then `code` holds its error flags. */
export interface Packet {
  readonly id: number;
  readonly code: number;
  readonly params: readonly number[];
}

export const INSTRUCTION = { ping: 1, read: 2, write: 3, syncRead: 0x82, syncWrite: 0x83 } as const;

/** Addresses all servos at once; none replies, but to a sync read those that it lists. */
export const BROADCAST_ID = 0xfe;

const HEADER = 0xff;
/** Bytes around the parameters: two of header, id, length, code, checksum. */
const FRAME_BYTES = 6;
/** A longer packet than any servo sends is noise that looks like a header. */
const LONGEST_PARAMS = 128;

export function encodePacket({ id, code, params }: Packet): Uint8Array {
  const body = [id, params.length + 2, code, ...params];
  return Uint8Array.from([HEADER, HEADER, ...body, checksum(body)]);
}

/** Whether two packets are the same, byte for byte. */
export function samePacket(a: Packet, b: Packet): boolean {
  return (
    a.id === b.id &&
    a.code === b.code &&
    a.params.length === b.params.length &&
    a.params.every((byte, k) => byte === b.params[k])
  );
}

/** Finds packets in bytes that arrive in any split, with any noise between them. */
export class PacketReader {
  #pending: number[] = [];
  /** Bytes that belonged to no packet, so far. */
  discarded = 0;

  /** Takes in what has arrived; returns the packets that it completes. */
  push(bytes: ArrayLike<number>): Packet[] {
    for (let k = 0; k < bytes.length; k++) this.#pending.push(bytes[k]);
    const packets: Packet[] = [];
    let start = 0;
    while (start < this.#pending.length) {
      const found = packetAt(this.#pending, start);
      if (found === 'incomplete') break;
      if (found === 'noise') {
        // One byte at a time: what follows the false start may be the real one.
        this.discarded++;
        start++;
      } else {
        packets.push(found);
        start += FRAME_BYTES + found.params.length;
      }
    }
    this.#pending.splice(0, start);
    return packets;
  }

  /** Forgets an incomplete packet: the rest of it will not come any more. */
  reset(): void {
    this.discarded += this.#pending.length;
    this.#pending = [];
  }
}

function packetAt(bytes: readonly number[], start: number): Packet | 'incomplete' | 'noise' {
  const available = bytes.length - start;
  if (bytes[start] !== HEADER || (available > 1 && bytes[start + 1] !== HEADER)) return 'noise';
  if (available > 2 && bytes[start + 2] > BROADCAST_ID) return 'noise';
  const paramCount = bytes[start + 3] - 2;
  if (available > 3 && (paramCount < 0 || paramCount > LONGEST_PARAMS)) return 'noise';
  // An undefined length compares as false: wait for it.
  if (!(available >= FRAME_BYTES + paramCount)) return 'incomplete';
  const end = start + FRAME_BYTES + paramCount - 1;
  const body = bytes.slice(start + 2, end);
  if (bytes[end] !== checksum(body)) return 'noise';
  return { id: body[0], code: body[2], params: body.slice(3) };
}

/** Low byte of the inverted sum from the id on. */
function checksum(body: readonly number[]): number {
  return ~body.reduce((sum, byte) => sum + byte, 0) & 0xff;
}
