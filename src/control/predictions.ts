/** What a plan is predicted to lead to, from the model's numbers to frames and distributions for people. */
import type { Value, Values } from '../compute/compute.ts';
import type { Plan } from '../planner/planner.ts';
import { makeFrame, type FrameSize, type Mask } from '../spec/frame.ts';
import type { Prediction, Thought } from './controller.ts';

/** The frames [T, h, w, 3] and distributions [T, h', w', P] of one rollout, step by step. */
export function predictions({ frames, distributions }: Record<string, Value>, size: FrameSize): Prediction[] {
  const [horizon, height, width, points] = distributions.shape;
  const part = (value: Value, t: number): ArrayLike<number> => {
    const length = value.data.length / horizon;
    return value.data.subarray(t * length, (t + 1) * length);
  };
  return Array.from({ length: horizon }, (_, t) => {
    const colours = Uint8Array.from(part(frames, t), (x) => Math.round(255 * Math.max(0, Math.min(1, x))));
    const likely = part(distributions, t);
    const ofPoint = (p: number): Mask => ({
      height,
      width,
      data: Float32Array.from({ length: height * width }, (__, i) => likely[points * i + p]),
    });
    return {
      frame: makeFrame(size, colours),
      distributions: Array.from({ length: points }, (__, p) => ofPoint(p)),
    };
  });
}

/** The distributions of all points in one, to be shown. */
export function allPoints({ distributions }: Prediction): Mask {
  const [{ height, width, data }] = distributions;
  const together = data.map((_, i) => distributions.reduce((sum, each) => sum + each.data[i], 0));
  return { height, width, data: together };
}

/** What a plan is predicted to lead to, and the worst of the candidates, worked out when someone looks. */
export function painted(
  { actions, worst }: Plan,
  paint: (actions: Float32Array) => Promise<Values>,
  size: FrameSize,
): Pick<Thought, 'paint' | 'worst'> {
  const look = async (sequence: Float32Array) => predictions(await paint(sequence), size);
  return {
    paint: () => look(actions),
    ...(worst ? { worst: { cost: worst.cost, paint: () => look(worst.actions) } } : {}),
  };
}
