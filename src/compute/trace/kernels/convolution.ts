/** Convolutions and their gradients with respect to the input. Filters come as tfjs has them, [h, w, in, out]. */
import type {
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  FusedConv2DAttrs,
} from '@tensorflow/tfjs';
import { elementwise, type KernelCall, type Kernels } from '../kernel.ts';
import { TracedValue } from '../value.ts';
import { activate } from './activation.ts';
import { depthwiseFilterGradient, filterGradient } from './filter-gradient.ts';
import { convWindow, leftover, windowAttributes, type Window } from './geometry.ts';

export const convolutionKernels: Kernels = {
  Conv2D: ({ inputs: { x, filter }, attrs }) => conv2d(x, filter, attrs),
  Conv2DBackpropFilter: ({ inputs: { x, dy }, attrs }) => {
    const { filterShape } = attrs as Conv2DBackpropFilterAttrs;
    return filterGradient(x, dy, filterShape, convWindow(x.shape, filterShape, attrs));
  },
  Conv2DBackpropInput: ({ inputs: { dy, filter }, attrs }) => {
    const { inputShape } = attrs as Conv2DBackpropInputAttrs;
    return inputGradient(dy, filter, convWindow(inputShape, filter.shape, attrs));
  },
  DepthwiseConv2dNative: ({ inputs: { x, filter }, attrs }) => depthwiseConv2d(x, filter, attrs),
  DepthwiseConv2dNativeBackpropFilter: ({ inputs: { x, dy }, attrs }) => {
    const { filterShape } = attrs as DepthwiseConv2dNativeBackpropFilterAttrs;
    return depthwiseFilterGradient(x, dy, filterShape, convWindow(x.shape, filterShape, attrs, true));
  },
  DepthwiseConv2dNativeBackpropInput: ({ inputs: { dy, filter }, attrs }) => {
    const { inputShape } = attrs as DepthwiseConv2dNativeBackpropInputAttrs;
    const window = convWindow(inputShape, filter.shape, attrs, true);
    return transposedConvolution(dy, depthwiseWeights(filter), window, inputShape[3]);
  },
  FusedConv2D: (call) => fused(call, conv2d),
  FusedDepthwiseConv2D: (call) => fused(call, depthwiseConv2d),
};

function conv2d(x: TracedValue, filter: TracedValue, attrs: object): TracedValue {
  const window = convWindow(x.shape, filter.shape, attrs);
  return convolution(x, x.graph.transpose(filter.name(), [3, 2, 0, 1]), window);
}

function depthwiseConv2d(x: TracedValue, filter: TracedValue, attrs: object): TracedValue {
  return convolution(x, depthwiseWeights(filter), convWindow(x.shape, filter.shape, attrs, true), x.shape[3]);
}

function fused(
  { graph, inputs: { x, filter, bias }, attrs }: KernelCall,
  convolve: (x: TracedValue, filter: TracedValue, attrs: object) => TracedValue,
): TracedValue {
  const { activation, leakyreluAlpha } = attrs as FusedConv2DAttrs;
  const convolved = convolve(x, filter, attrs);
  const biased = bias
    ? elementwise(graph, [convolved, bias], 'float32', (names) => graph.node('Add', names))
    : convolved;
  return activate(biased, activation, leakyreluAlpha);
}

/** @param weights ONNX's: [out, in / group, h, w] */
function convolution(x: TracedValue, weights: string, window: Window, group = 1): TracedValue {
  const attributes = { ...windowAttributes(window), dilations: window.dilations, group };
  const y = x.graph.node('Conv', [x.name('channelsFirst'), weights], attributes);
  return TracedValue.named(x.graph, window.outputShape, 'float32', y, 'channelsFirst');
}

/**
 * At stride 1 the input's gradient is a convolution of dy with the flipped, transposed filter, and the fast
 * convolution kernels serve; otherwise a transposed convolution.
 */
function inputGradient(dy: TracedValue, filter: TracedValue, window: Window): TracedValue {
  const { graph } = dy;
  const { kernel, strides, dilations, inputShape, outputShape, pads } = window;
  const [h, w] = kernel;
  const backPads = [h - 1 - pads[0], w - 1 - pads[1], h - 1 - pads[2], w - 1 - pads[3]] as const;
  const simple = strides[0] * strides[1] * dilations[0] * dilations[1] === 1 && Math.min(...backPads) >= 0;
  if (!simple) {
    return transposedConvolution(dy, graph.transpose(filter.name(), [3, 2, 0, 1]), window, 1);
  }
  const flipped =
    h * w === 1
      ? filter.name()
      : graph.slice(filter.name(), [0, 1], [-1, -1], [-(2 ** 31), -(2 ** 31)], [-1, -1]);
  return convolution(dy, graph.transpose(flipped, [2, 3, 0, 1]), {
    ...window,
    inputShape: outputShape,
    outputShape: inputShape,
    pads: backPads,
  });
}

/** @param weights the forward convolution's, [out, in / group, h, w] */
function transposedConvolution(dy: TracedValue, weights: string, window: Window, group: number): TracedValue {
  const attributes = {
    ...windowAttributes(window),
    dilations: window.dilations,
    group,
    output_padding: leftover(window),
  };
  const dx = dy.graph.node('ConvTranspose', [dy.name('channelsFirst'), weights], attributes);
  return TracedValue.named(dy.graph, window.inputShape, 'float32', dx, 'channelsFirst');
}

/** [h, w, C, M] to [C * M, 1, h, w]. */
function depthwiseWeights(filter: TracedValue): string {
  const [h, w, channels, multiplier] = filter.shape;
  const { graph } = filter;
  return graph.reshape(graph.transpose(filter.name(), [2, 3, 0, 1]), [channels * multiplier, 1, h, w]);
}
