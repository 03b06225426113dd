/**
 * Resizing pictures. Both kinds are linear and separable: out = R x Cᵀ with one interpolation matrix for rows
 * and one for columns, so the gradient is Rᵀ dy C, with the very same matrices.
 */
import type { ResizeBilinearAttrs } from '@tensorflow/tfjs';
import type { Kernels } from '../kernel.ts';
import { channelsFirstShape, TracedValue } from '../value.ts';

export const resizeKernels: Kernels = {
  ResizeBilinear: ({ inputs: { images }, attrs }) => resize(images, attrs as ResizeBilinearAttrs, 'bilinear'),
  ResizeBilinearGrad: ({ inputs: { images, dy }, attrs }) =>
    resizeGradient(images, dy, attrs as ResizeBilinearAttrs, 'bilinear'),
  ResizeNearestNeighbor: ({ inputs: { images }, attrs }) =>
    resize(images, attrs as ResizeBilinearAttrs, 'nearest'),
  ResizeNearestNeighborGrad: ({ inputs: { images, dy }, attrs }) =>
    resizeGradient(images, dy, attrs as ResizeBilinearAttrs, 'nearest'),
};

type Kind = 'bilinear' | 'nearest';
type Corners = Pick<ResizeBilinearAttrs, 'alignCorners' | 'halfPixelCenters'>;

function resize(images: TracedValue, attrs: ResizeBilinearAttrs, kind: Kind): TracedValue {
  const { graph } = images;
  const [b, h, w, c] = images.shape;
  const [height, width] = attrs.size;
  const shape = [b, height, width, c];
  const x = images.name('channelsFirst');
  if (kind === 'nearest' && !attrs.alignCorners && height % h === 0 && width % w === 0) {
    const sizes = graph.ints(channelsFirstShape(shape));
    const mode = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return TracedValue.named(
      graph,
      shape,
      'float32',
      graph.node('Resize', [x, '', '', sizes], mode),
      'channelsFirst',
    );
  }
  const rows = graph.constant('float32', [height, h], interpolation(h, height, attrs, kind));
  const columns = graph.constant(
    'float32',
    [w, width],
    transposed(interpolation(w, width, attrs, kind), width, w),
  );
  return TracedValue.named(graph, shape, 'float32', sandwich(x, rows, columns, images), 'channelsFirst');
}

function resizeGradient(images: TracedValue, dy: TracedValue, attrs: Corners, kind: Kind): TracedValue {
  const { graph } = images;
  const [, h, w] = images.shape;
  const [, height, width] = dy.shape;
  const rows = graph.constant(
    'float32',
    [h, height],
    transposed(interpolation(h, height, attrs, kind), height, h),
  );
  const columns = graph.constant('float32', [width, w], interpolation(w, width, attrs, kind));
  const dx = sandwich(dy.name('channelsFirst'), rows, columns, dy);
  return TracedValue.named(graph, images.shape, 'float32', dx, 'channelsFirst');
}

/** left x right, for each channel of each picture. */
function sandwich(x: string, left: string, right: string, { graph }: TracedValue): string {
  return graph.node('MatMul', [left, graph.node('MatMul', [x, right])]);
}

/** The [to, from] matrix that resizes one axis, row-major, with tfjs's rules for corners and rounding. */
function interpolation(
  from: number,
  to: number,
  { alignCorners, halfPixelCenters }: Corners,
  kind: Kind,
): Float32Array {
  const matrix = new Float32Array(to * from);
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  for (let i = 0; i < to; i++) {
    if (kind === 'nearest') {
      const position = halfPixelCenters ? scale * (i + 0.5) : scale * i;
      const source = alignCorners ? Math.round(position) : Math.floor(position);
      matrix[i * from + Math.max(0, Math.min(from - 1, source))] = 1;
      continue;
    }
    const position = Math.max(0, halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i);
    const below = Math.min(from - 1, Math.floor(position));
    const above = Math.min(from - 1, Math.ceil(position));
    const weight = position - Math.floor(position);
    matrix[i * from + below] += 1 - weight;
    matrix[i * from + above] += weight;
  }
  return matrix;
}

function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, k) => matrix[(k % rows) * columns + Math.floor(k / rows)]);
}
