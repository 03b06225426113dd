/**
 * The gradient of a convolution with respect to its filter: for every filter position, the shifted input times
 * dy, summed over batch and pixels. Written as matrix products, which onnxruntime runs at full speed (its Conv
 * is built for small filters, not for filters as large as the picture).
 */
import type { GraphBuilder } from '../graph.ts';
import { TracedValue } from '../value.ts';
import type { Window } from './geometry.ts';

/** From so many output pixels a picture on, one product a picture beats one product over all pictures. */
const LARGE_MAP = 256;

/**
 * @param x [B, h, w, in]
 * @param dy [B, h', w', out]
 * @returns [rows, columns, in, out]
 */
export function filterGradient(
  x: TracedValue,
  dy: TracedValue,
  filterShape: readonly number[],
  window: Window,
): TracedValue {
  const { graph } = x;
  const [, height, width] = dy.shape;
  const products =
    height * width >= LARGE_MAP ? perPictureProducts(x, dy, window) : wholeBatchProducts(x, dy, window);
  const joined = products.length === 1 ? products[0] : graph.node('Concat', products, { axis: 0 });
  return TracedValue.named(graph, filterShape, 'float32', graph.reshape(joined, filterShape));
}

/** Channels first: [B, in, pixels] x [B, pixels, out], then the sum over B. One [in, out] a filter position. */
function perPictureProducts(x: TracedValue, dy: TracedValue, window: Window): string[] {
  const { graph } = x;
  const [batch, height, width, out] = dy.shape;
  const channels = x.shape[3];
  const gradient = graph.reshape(dy.name('channelsFirst'), [batch, out, height * width]);
  const turned = graph.transpose(gradient, [0, 2, 1]);
  return shifted(graph, padded(x, window, 2), 2, window).map((patch) => {
    const pixels = graph.reshape(patch, [batch, channels, height * width]);
    return graph.node('ReduceSum', [graph.node('MatMul', [pixels, turned]), graph.ints([0])], {
      keepdims: 0,
    });
  });
}

/** Channels last: [in, B * pixels] x [B * pixels, out]. One [in, out] a filter position. */
function wholeBatchProducts(x: TracedValue, dy: TracedValue, window: Window): string[] {
  const { graph } = x;
  const [batch, height, width, out] = dy.shape;
  const rows = batch * height * width;
  const gradient = graph.reshape(dy.name(), [rows, out]);
  return shifted(graph, padded(x, window, 1), 1, window).map((patch) =>
    graph.node('Gemm', [graph.reshape(patch, [rows, x.shape[3]]), gradient], { transA: 1 }),
  );
}

/**
 * The depthwise filter's gradient, [rows, columns, C, M].
 *
 * @param dy [B, h', w', C * M]
 */
export function depthwiseFilterGradient(
  x: TracedValue,
  dy: TracedValue,
  filterShape: readonly number[],
  window: Window,
): TracedValue {
  const { graph } = x;
  const [, , channels, multiplier] = filterShape;
  const [batch, height, width] = dy.shape;
  const gradient = graph.reshape(dy.name('channelsFirst'), [batch, channels, multiplier, height, width]);
  const sums = shifted(graph, padded(x, window, 2), 2, window).map((patch) => {
    const pixels = graph.reshape(patch, [batch, channels, 1, height, width]);
    const axes = graph.ints([0, 3, 4]);
    return graph.node('ReduceSum', [graph.node('Mul', [pixels, gradient]), axes], { keepdims: 0 });
  });
  const joined = graph.node('Concat', sums, { axis: 0 });
  return TracedValue.named(graph, filterShape, 'float32', graph.reshape(joined, filterShape));
}

/** The zero-padded input in the layout whose rows lie at axis `rowAxis`. */
function padded(x: TracedValue, { pads }: Window, rowAxis: 1 | 2): string {
  const name = x.name(rowAxis === 1 ? 'plain' : 'channelsFirst');
  if (pads.every((n) => n === 0)) return name;
  const [top, left, bottom, right] = pads;
  const sides =
    rowAxis === 1 ? [0, top, left, 0, 0, bottom, right, 0] : [0, 0, top, left, 0, 0, bottom, right];
  return x.graph.node('Pad', [name, x.graph.ints(sides)]);
}

/** What each filter position sees, in row-major order of positions. */
function shifted(graph: GraphBuilder, input: string, rowAxis: 1 | 2, window: Window): string[] {
  const { kernel, strides, dilations, inputShape, outputShape, pads } = window;
  const axes = [rowAxis, rowAxis + 1];
  const whole = [0, 1].every(
    (d) => strides[d] === 1 && outputShape[d + 1] === inputShape[d + 1] + pads[d] + pads[d + 2],
  );
  if (whole && kernel[0] * kernel[1] === 1) return [input];
  const patches: string[] = [];
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      const starts = [row * dilations[0], column * dilations[1]];
      const ends = starts.map((start, d) => start + (outputShape[d + 1] - 1) * strides[d] + 1);
      patches.push(graph.slice(input, axes, starts, ends, strides));
    }
  }
  return patches;
}
