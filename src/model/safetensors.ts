/**
 * Named tensors in one file, in the safetensors format (an 8-byte length, a JSON header, raw little-endian
 * data), which needs no code of ours to be read elsewhere.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Value, Values } from '../compute/compute.ts';
import { replaceFileWith } from '../files/atomic.ts';
import { ForesightError } from '../spec/errors.ts';

const entrySchema = z.object({
  dtype: z.enum(['F32', 'I32']),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

/** Writes the tensors to `path`, replacing it whole. */
export async function writeTensors(path: string, values: Values): Promise<void> {
  const header: Record<string, z.infer<typeof entrySchema>> = {};
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(values)) {
    const dtype = data instanceof Float32Array ? 'F32' : 'I32';
    header[name] = { dtype, shape: [...shape], data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const blocks = Object.values(values).map(({ data }) =>
    Buffer.from(data.buffer, data.byteOffset, data.byteLength),
  );
  await replaceFileWith(path, Buffer.concat([length, padded, ...blocks]));
}

/** Reads what `writeTensors` wrote. Throws a ForesightError naming the file when it is missing or damaged. */
export async function readTensors(path: string): Promise<Record<string, Value>> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new ForesightError(`${path}: cannot be read`, { cause });
  });
  try {
    const headerLength = Number(bytes.readBigUInt64LE(0));
    const header = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(bytes.subarray(8, 8 + headerLength).toString()));
    delete header.__metadata__;
    const body = bytes.subarray(8 + headerLength);
    const values: Record<string, Value> = {};
    for (const [name, raw] of Object.entries(header)) {
      const { dtype, shape, data_offsets: range } = entrySchema.parse(raw);
      values[name] = { shape, data: numbers(body, dtype, shape, range) };
    }
    return values;
  } catch (cause) {
    throw new ForesightError(`${path}: not a whole safetensors file`, { cause });
  }
}

function numbers(body: Buffer, dtype: 'F32' | 'I32', shape: number[], [from, to]: [number, number]) {
  const count = shape.reduce((a, b) => a * b, 1);
  if (to > body.length || to - from !== 4 * count) throw new Error(`tensor of ${count} numbers is cut short`);
  const copy = new Uint8Array(body.subarray(from, to)).buffer;
  return dtype === 'F32' ? new Float32Array(copy) : new Int32Array(copy);
}
