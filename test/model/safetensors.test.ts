import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Value } from '../../src/compute/compute.ts';
import { readTensors, writeTensors } from '../../src/model/safetensors.ts';
import { ForesightError } from '../../src/spec/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const tensors: Record<string, Value> = {
  'layer/weights': { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-30, 4, NaN, -Infinity) },
  scalar: { shape: [], data: Float32Array.of(7) },
  empty: { shape: [0, 4], data: new Float32Array(0) },
  index: { shape: [3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) },
};

async function written(values = tensors): Promise<string> {
  const path = join(await temporaryFolder(), 'weights.safetensors');
  await writeTensors(path, values);
  return path;
}

it('reads back names, shapes, types and every bit', async () => {
  expect(await readTensors(await written())).toEqual(tensors);
});

it('writes a part of a larger buffer, not the whole buffer', async () => {
  const part = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const { x } = await readTensors(await written({ x: { shape: [2], data: part } }));
  expect([...x.data]).toEqual([1, 2]);
});

it('is a safetensors file to any other reader: the format, parsed by hand', async () => {
  const bytes = await readFile(await written());
  const length = Number(bytes.readBigUInt64LE(0));
  expect((8 + length) % 8).toBe(0);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as unknown;
  expect(header).toEqual({
    'layer/weights': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    scalar: { dtype: 'F32', shape: [], data_offsets: [24, 28] },
    empty: { dtype: 'F32', shape: [0, 4], data_offsets: [28, 28] },
    index: { dtype: 'I32', shape: [3], data_offsets: [28, 40] },
  });
  const body = bytes.subarray(8 + length);
  expect(body.length).toBe(40);
  expect(body.readFloatLE(4)).toBe(-2.5);
  expect(body.readInt32LE(36)).toBe(2 ** 31 - 1);
});

it("reads another writer's file, metadata and all", async () => {
  const path = join(await temporaryFolder(), 'foreign.safetensors');
  const header = '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const bytes = Buffer.alloc(8 + header.length + 4);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  bytes.writeFloatLE(1.5, 8 + header.length);
  await writeFile(path, bytes);
  expect(await readTensors(path)).toEqual({ a: { shape: [1], data: Float32Array.of(1.5) } });
});

it.each([
  ['cut short in its data', (bytes: Buffer) => bytes.subarray(0, bytes.length - 4)],
  ['cut short in its header', (bytes: Buffer) => bytes.subarray(0, 40)],
  ['cut short in its first bytes', (bytes: Buffer) => bytes.subarray(0, 5)],
  ['empty', () => Buffer.alloc(0)],
  ['something else', () => Buffer.from('<html>this is not what you are looking for</html>')],
])('names a file that is %s', async (_, damage) => {
  const path = await written();
  await writeFile(path, damage(await readFile(path)));
  const reading = readTensors(path);
  await expect(reading).rejects.toThrow(ForesightError);
  await expect(reading).rejects.toThrow(`${path}: not a whole safetensors file`);
});

it('names a file that is missing', async () => {
  const path = join(await temporaryFolder(), 'nothing.safetensors');
  await expect(readTensors(path)).rejects.toThrow(`${path}: cannot be read`);
});
