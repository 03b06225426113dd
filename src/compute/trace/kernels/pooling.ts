/** Pooling and its gradients. Padding never counts, neither as a maximum nor in a mean. */
import { reshaped, type Kernels } from '../kernel.ts';
import { channelsFirstShape, TracedValue } from '../value.ts';
import { leftover, poolWindow, windowAttributes, type Window } from './geometry.ts';

export const poolingKernels: Kernels = {
  AvgPool: ({ inputs: { x }, attrs }) => pool('AveragePool', x, poolWindow(x.shape, attrs)),
  AvgPoolGrad: ({ inputs: { dy, input }, attrs }) => averageGradient(dy, poolWindow(input.shape, attrs)),
  MaxPool: ({ inputs: { x }, attrs }) => pool('MaxPool', x, poolWindow(x.shape, attrs)),
  MaxPoolGrad: ({ inputs: { dy, input }, attrs }) =>
    maximumGradient(dy, input, poolWindow(input.shape, attrs)),
};

function pool(op: string, x: TracedValue, window: Window): TracedValue {
  const y = x.graph.node(op, [x.name('channelsFirst')], windowAttributes(window));
  return TracedValue.named(x.graph, window.outputShape, 'float32', y, 'channelsFirst');
}

/** Each dy is shared evenly by the pixels its window saw. */
function averageGradient(dy: TracedValue, window: Window): TracedValue {
  const { graph } = dy;
  const { inputShape, outputShape, kernel, strides } = window;
  const [b, h, w, c] = inputShape;
  const [, height, width] = outputShape;
  const shares = graph.constant('float32', [1, 1, height, width], windowShares(window));
  const share = graph.node('Mul', [dy.name('channelsFirst'), shares]);
  if (
    kernel[0] === strides[0] &&
    kernel[1] === strides[1] &&
    h === height * kernel[0] &&
    w === width * kernel[1]
  ) {
    // Windows tile the picture: repeat each share.
    const spread = graph.node('Expand', [
      graph.reshape(share, [b, c, height, 1, width, 1]),
      graph.ints([b, c, height, kernel[0], width, kernel[1]]),
    ]);
    const dx = graph.reshape(spread, channelsFirstShape(inputShape));
    return TracedValue.named(graph, inputShape, 'float32', dx, 'channelsFirst');
  }
  // Every channel alike: fold them into the batch and add up overlapping windows with a filter of ones.
  const folded = graph.reshape(share, [b * c, 1, height, width]);
  const ones = TracedValue.filled(graph, [1, 1, ...kernel], 'float32', 1).name();
  const attributes = { ...windowAttributes(window), output_padding: leftover(window) };
  const summed = graph.node('ConvTranspose', [folded, ones], attributes);
  const dx = graph.reshape(summed, channelsFirstShape(inputShape));
  return TracedValue.named(graph, inputShape, 'float32', dx, 'channelsFirst');
}

/** One over the number of pixels that each window covers, [h', w']. */
function windowShares({ inputShape, outputShape, kernel, strides, pads }: Window): Float32Array {
  const covered = (d: 0 | 1, i: number): number => {
    const start = i * strides[d] - pads[d];
    return Math.min(start + kernel[d], inputShape[d + 1]) - Math.max(start, 0);
  };
  const [, height, width] = outputShape;
  return Float32Array.from(
    { length: height * width },
    (_, k) => 1 / (covered(0, Math.floor(k / width)) * covered(1, k % width)),
  );
}

/** Each dy goes to the first pixel of its window that held the maximum. */
function maximumGradient(dy: TracedValue, input: TracedValue, window: Window): TracedValue {
  const { graph } = dy;
  const shape = channelsFirstShape(window.inputShape);
  const [, indices] = graph.multi('MaxPool', [input.name('channelsFirst')], windowAttributes(window), 2);
  const flat = graph.reshape(indices, [dy.size]);
  const updates = graph.reshape(dy.name('channelsFirst'), [dy.size]);
  const zeros = reshaped(TracedValue.filled(graph, shape, 'float32', 0), [input.size]).name();
  const dx = graph.node('ScatterElements', [zeros, flat, updates], { axis: 0, reduction: 'add' });
  return TracedValue.named(graph, window.inputShape, 'float32', graph.reshape(dx, shape), 'channelsFirst');
}
