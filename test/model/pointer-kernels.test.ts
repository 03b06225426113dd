/** Each loop against the same in tfjs operations, and one known answer. */
import type { Tensor } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import type { Specs, Tensors, Value, Values } from '../../src/compute/compute.ts';
import { createOnnxEngine } from '../../src/compute/onnx-engine.ts';
import { carryThroughPointers } from '../../src/model/carried.ts';
import { readBilinear } from '../../src/model/ops.ts';
import { pointerGrid } from '../../src/model/pointer-grid.ts';
import { readBetween } from '../../src/model/pointer-kernels.ts';
import { seededRandom } from '../../src/spec/random.ts';

const FRAME = { height: 8, width: 12 };
const GRID = pointerGrid({ frame: FRAME, stride: 2, cut: 4 });
const CARRIED = carryThroughPointers(GRID, FRAME);
const [B, P] = [3, 2];

const random = seededRandom(4);
/** Random numbers, some of them beyond the picture's edges. */
function drawn(shape: readonly number[], low: number, high: number): Value {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
    random.uniform(low, high),
  );
  return { shape, data };
}
const { height, width } = GRID.size;
const VALUES: Values = {
  shared: drawn([1, 8, 12, 5], 0, 1),
  each: drawn([B, 8, 12, P], 0, 1),
  places: drawn([2, B, 20], -3, 14),
  pointers: drawn([B, height, width, 3], -1, 9),
  one: drawn([1, height, width, 3], -1, 9),
  origin: { shape: [B, 2], data: Float32Array.from([0, 0, 2, 3, 1, 4]) },
  moved: drawn([2, B, 4], -2, 13),
  kept: drawn([1, B, 4], 0, 1),
  first: drawn([1, 8, 12, P], 0, 1),
  now: drawn([B, height, width, P], 0, 1),
};

it.each<[string, (values: Tensors) => Tensor]>([
  ['reads one picture for all', ({ shared, places }) => readBilinear(shared, places)],
  ['reads a picture each', ({ each, places }) => readBilinear(each, places)],
  ['follows pointers', ({ pointers, places }) => GRID.follow(pointers, GRID.nearest(places))],
  ['follows the same pointers for all', ({ one, places }) => GRID.follow(one, GRID.nearest(places))],
  [
    'moves pointers',
    ({ pointers, origin, moved, kept }) => GRID.move(pointers, GRID.cutRows(origin), moved, kept),
  ],
  [
    'carries shares',
    ({ first, now, pointers, origin }) => CARRIED.carry({ first, now }, { pointers, origin }).now,
  ],
])('%s as the pieces do', async (_, program) => {
  const engine = createOnnxEngine({ threads: 1 });
  const specs: Specs = Object.fromEntries(
    Object.entries(VALUES).map(([name, { shape }]) => [name, { shape, dtype: 'float32' }]),
  );
  const results = await Promise.all(
    [false, true].map(async (hosted) => {
      const executable = await engine.compile((values) => ({ result: program(values) }), specs, { hosted });
      const { result } = await executable.run(VALUES);
      await executable.dispose();
      return result;
    }),
  );
  const [pieces, loop] = results;
  expect(loop.shape).toEqual(pieces.shape);
  pieces.data.forEach((value, i) => expect(loop.data[i]).toBeCloseTo(value, 5));
});

it('reads between four pixels by how near each is', () => {
  const source = { shape: [1, 2, 2, 1], data: Float32Array.from([0, 10, 20, 40]) };
  const places = { shape: [2, 1, 3], data: Float32Array.from([0, 0.5, 9, 0.25, 0.5, -1]) };
  const out = new Float32Array(3);
  readBetween.run([source, places], out);
  expect([...out]).toEqual([2.5, 17.5, 20]);
});
