/** What every compute engine promises. Run by `test/compute/engines.test.ts` for each of them. */
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Executable, Tensors, Values } from '../../src/compute/compute.ts';
import { tf } from '../../src/compute/tfjs.ts';

const line = (tensors: Tensors): Tensors => {
  const fit = tf.add(tf.mul(tensors.x, tensors.slope), tensors.offset);
  return { fit, twice: tf.mul(fit, 2) };
};
const specs = {
  x: { shape: [3], dtype: 'float32' as const },
  slope: { shape: [], dtype: 'float32' as const },
  offset: { shape: [], dtype: 'float32' as const },
};
const values: Values = {
  x: { shape: [3], data: Float32Array.of(1, 2, 3) },
  slope: { shape: [], data: Float32Array.of(10) },
  offset: { shape: [], data: Float32Array.of(0.5) },
};

export function computeEngineContract(create: () => Promise<Engine>): void {
  describe('compute engine contract', () => {
    let engine: Engine;
    let program: Executable;

    beforeAll(async () => {
      engine = await create();
      program = await engine.compile(line, specs, { name: 'line' });
    });
    afterAll(() => program.dispose());

    it('says what it is and what the program takes', () => {
      expect(engine.name).not.toBe('');
      expect(engine.provider).not.toBe('');
      expect(program.name).toBe('line');
      expect(program.inputs).toEqual(specs);
    });

    it('computes, again and again, with shapes and types', async () => {
      for (const slope of [10, -1]) {
        const { fit, twice } = await program.run({
          ...values,
          slope: { shape: [], data: Float32Array.of(slope) },
        });
        expect(fit.shape).toEqual([3]);
        expect([...fit.data]).toEqual([1, 2, 3].map((x) => x * slope + 0.5));
        expect([...twice.data]).toEqual([1, 2, 3].map((x) => 2 * (x * slope + 0.5)));
      }
    });

    it('results stay as they were when the program runs again', async () => {
      const first = await program.run(values);
      const before = [...first.fit.data];
      await program.run({ ...values, slope: { shape: [], data: Float32Array.of(99) } });
      expect([...first.fit.data]).toEqual(before);
    });

    it('takes back what it kept, and fetches it', async () => {
      const keeping = await engine.compile(line, specs, { kept: (output) => output === 'fit' });
      const first = await keeping.run(values);
      const second = await keeping.run({ ...values, x: first.fit });
      expect([...second.twice.data]).toEqual([211, 411, 611]);
      const { fit, x } = await engine.fetch({ fit: second.fit, x: values.x });
      expect([...fit.data]).toEqual([105.5, 205.5, 305.5]);
      expect(fit.shape).toEqual([3]);
      expect(x).toBe(values.x);
      await keeping.dispose();
    });

    it('bakes constants in, and returns only the outputs asked for', async () => {
      const { slope, offset } = values;
      const baked = await engine.compile(line, specs, { constants: { slope, offset }, outputs: ['twice'] });
      expect(Object.keys(baked.inputs)).toEqual(['x']);
      const results = await baked.run({ x: values.x });
      expect(Object.keys(results)).toEqual(['twice']);
      expect([...results.twice.data]).toEqual([21, 41, 61]);
      await baked.dispose();
    });

    it('takes and returns int32; an output may be an input or a constant', async () => {
      const copy = await engine.compile(
        ({ i }) => ({ i, next: tf.add(i, tf.scalar(1, 'int32')), seven: tf.scalar(7) }),
        { i: { shape: [2], dtype: 'int32' } },
      );
      const results = await copy.run({ i: { shape: [2], data: Int32Array.of(4, -5) } });
      expect(results.i.data).toEqual(Int32Array.of(4, -5));
      expect(results.next.data).toEqual(Int32Array.of(5, -4));
      expect([...results.seven.data]).toEqual([7]);
      await copy.dispose();
    });

    it('differentiates: tf.valueAndGrads, and tf.customGrad with its own rule', async () => {
      const program = await engine.compile(
        ({ w, x }) => {
          const { value, grads } = tf.valueAndGrads((a: Tensor, b: Tensor): Scalar =>
            tf.sum(tf.matMul(a as Tensor2D, b as Tensor2D)),
          )([w, x]);
          const clipped = tf.customGrad((a) => ({
            value: tf.square(a as Tensor),
            gradFunc: (dy: Tensor) => tf.mul(dy, 3),
          }));
          return { value, dw: grads[0], dx: grads[1], custom: tf.grad((a: Tensor) => tf.sum(clipped(a)))(w) };
        },
        { w: { shape: [1, 2], dtype: 'float32' }, x: { shape: [2, 1], dtype: 'float32' } },
      );
      const results = await program.run({
        w: { shape: [1, 2], data: Float32Array.of(2, 3) },
        x: { shape: [2, 1], data: Float32Array.of(5, 7) },
      });
      expect([...results.value.data]).toEqual([31]);
      expect([...results.dw.data]).toEqual([5, 7]);
      expect([...results.dx.data]).toEqual([2, 3]);
      expect([...results.custom.data]).toEqual([3, 3]);
      await program.dispose();
    });

    it('names the input that is missing, misshapen, of another type, or unknown', async () => {
      const { x: _x, ...others } = values;
      await expect(program.run(others)).rejects.toThrow(/line: input 'x' is missing; expected float32 \[3\]/);
      const short = { shape: [2], data: Float32Array.of(1, 2) };
      await expect(program.run({ ...values, x: short })).rejects.toThrow(
        /input 'x': expected float32 \[3\], got float32 \[2\]/,
      );
      const whole = { shape: [3], data: Int32Array.of(1, 2, 3) };
      await expect(program.run({ ...values, x: whole })).rejects.toThrow(/input 'x'.*got int32/);
      await expect(program.run({ ...values, y: short })).rejects.toThrow(/no input 'y'/);
    });

    it('names an output that the function does not have', async () => {
      const attempt = async (): Promise<unknown> => {
        const other = await engine.compile(line, specs, { name: 'line', outputs: ['thrice'] });
        return other.run(values);
      };
      await expect(attempt()).rejects.toThrow(/line: no output 'thrice' among fit, twice/);
    });

    it('leaves tfjs as it was: backend and number of tensors, over 200 runs', async () => {
      const backend = tf.getBackend();
      await program.run(values);
      const before = tf.memory().numTensors;
      for (let i = 0; i < 200; i++) await program.run(values);
      const another = await engine.compile(line, specs, { constants: { slope: values.slope } });
      await another.dispose();
      expect(tf.memory().numTensors).toBe(before);
      expect(tf.getBackend()).toBe(backend);
    });

    it('refuses to run once disposed; disposing twice is fine', async () => {
      const once = await engine.compile(line, specs, { name: 'once' });
      await once.dispose();
      await once.dispose();
      await expect(once.run(values)).rejects.toThrow(/once: was disposed/);
    });
  });
}
