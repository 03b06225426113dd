/** The geometry of a convolution or pooling window, from tfjs's attributes to ONNX's. */
import { ensure } from '../../../spec/errors.ts';
import { tf } from '../../tfjs.ts';

type Shape4 = [number, number, number, number];
type Pair = readonly [number, number];

/** Sizes as [rows, columns]. `pads` as ONNX has them: top, left, bottom, right. */
export interface Window {
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: readonly [number, number, number, number];
}

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Pad = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
type Rounding = Parameters<typeof tf.backend_util.computeConv2DInfo>[5];

interface ConvAttrs {
  readonly strides: Pair | number;
  readonly pad: Pad;
  readonly dilations?: Pair | number;
  readonly dataFormat?: string;
  readonly dimRoundingMode?: Rounding;
}

/** @param filterShape tfjs's: [rows, columns, in, out] or, depthwise, [rows, columns, in, multiplier] */
export function convWindow(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: object,
  depthwise = false,
): Window {
  const { strides, pad, dilations = 1, dataFormat, dimRoundingMode } = attrs as ConvAttrs;
  ensure(
    dataFormat !== 'NCHW',
    "trace: convolutions are compiled for dataFormat 'NHWC' (tfjs's default) only",
  );
  return window(
    tf.backend_util.computeConv2DInfo(
      [...inputShape] as Shape4,
      [...filterShape] as Shape4,
      strides as [number, number],
      dilations as [number, number],
      pad,
      dimRoundingMode,
      depthwise,
    ),
  );
}

interface PoolAttrs extends Omit<ConvAttrs, 'dilations'> {
  readonly filterSize: Pair | number;
}

export function poolWindow(inputShape: readonly number[], attrs: object): Window {
  const { filterSize, strides, pad, dimRoundingMode } = attrs as PoolAttrs;
  return window(
    tf.backend_util.computePool2DInfo(
      [...inputShape] as Shape4,
      filterSize as [number, number],
      strides as [number, number],
      1,
      pad,
      dimRoundingMode,
    ),
  );
}

function window(info: ConvInfo): Window {
  const { top, left, bottom, right } = info.padInfo;
  return {
    inputShape: info.inShape,
    outputShape: info.outShape,
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  };
}

/** ONNX attributes of the forward operation. */
export function windowAttributes({ kernel, strides, pads }: Window): {
  kernel_shape: Pair;
  strides: Pair;
  pads: readonly number[];
} {
  return { kernel_shape: kernel, strides, pads };
}

/** Rows and columns of the padded input that no window reaches: what a transposed convolution must add. */
export function leftover({ inputShape, outputShape, kernel, strides, dilations, pads }: Window): number[] {
  return [0, 1].map((d) => {
    const covered = strides[d] * (outputShape[d + 1] - 1) + dilations[d] * (kernel[d] - 1) + 1;
    return inputShape[d + 1] + pads[d] + pads[d + 2] - covered;
  });
}
