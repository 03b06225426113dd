/**
 * A grid of pointers: for the middle of every block of pixels, which place of the context frame it shows, and whether it
 * shows it at all or the background plate instead. Things move as wholes, so that one pointer for 2 x 2 pixels tells
 * enough: all of a block follows its pointer, and its colours are still read pixel by pixel.
 *
 * Pointers are tensors [B, h', w', 3]: row, column, visible. `rows` [B, M] count within one frame's, row by row.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '../compute/tfjs.ts';
import { ensure } from '../spec/errors.ts';
import { hosted } from '../compute/host/hosted.ts';
import type { FrameSize } from '../spec/frame.ts';
import { placesInRectangle, placesInSquare, planesOfRows } from './layout.ts';
import { gatherRows, nearestPixels, readBilinear, replaceRows, rowsOfBatch, squareRows } from './ops.ts';
import { followPointers, movePointers } from './pointer-kernels.ts';

export interface PointerGridConfig {
  readonly frame: FrameSize;
  /** Side of a block, pixels. */
  readonly stride: number;
  /** Side of the square of the frame that a step may change, pixels. */
  readonly cut: number;
}

/** The pointers nearest to places of the frame. */
export interface Nearest {
  /** Which they are, int32 [B, M]. */
  readonly rows: Tensor;
  /** From their own pixels to the places, [2, B, M]. */
  readonly offset: Tensor;
}

export interface PointerGrid {
  /** How many pointers there are. */
  readonly size: FrameSize;
  /** From the first pixel of a cut to its pointers, (row, col). */
  readonly inCut: readonly (readonly [number, number])[];
  /** Every pixel shows itself, [1, h', w', 3]. */
  identity(): Tensor;
  /** Those whose blocks hold `places` [2, B, M], pixels of the frame. */
  nearest(places: Tensor): Nearest;
  /** Where in the context frame they lead, pixels, and whether it is seen: row, column, visible, [3, B, M]. */
  follow(pointers: Tensor, nearest: Nearest): Tensor;
  /**
   * `pointers` with those at `rows` replaced by what stands at `places` [2, B, M], mixed of the four around each; of what is
   * seen there `kept` [1, B, M] remains to be seen.
   */
  move(pointers: Tensor, rows: Tensor, places: Tensor, kept: Tensor): Tensor;
  /** The first pointer (row, col) of a cut about pixels [B, 2]: whole numbers [B, 2]. */
  cutAbout(centre: Tensor): Tensor;
  /** The first pixel of its block, [B, 2]. */
  firstPixel(origin: Tensor): Tensor;
  /** The pointers of the cut from `origin` [B, 2] on, int32 [B, M]. */
  cutRows(origin: Tensor): Tensor;
  /** What `values` [B, h', w', C] of the grid are at `rows`, [C, B, M]. */
  read(values: Tensor, rows: Tensor): Tensor;
  /** `values` [B, h', w', C] with those at `rows` replaced by `news` [C, B, M]. */
  replace(values: Tensor, rows: Tensor, news: Tensor): Tensor;
}

/** @throws ForesightError when frame or cut do not consist of whole strides */
export function pointerGrid({ frame, stride, cut }: PointerGridConfig): PointerGrid {
  ensure(
    [frame.height, frame.width, cut].every((side) => side % stride === 0),
    `a pointer every ${stride} pixels fits neither ${frame.width}x${frame.height} nor a cut of ${cut}`,
    'choose a stride that divides width, height and cut',
  );
  const size = { height: frame.height / stride, width: frame.width / stride };
  const { height, width } = size;
  const side = cut / stride;
  const places = placesInSquare(side);
  const pointers = height * width;

  /** Of a block. */
  const middle = (stride - 1) / 2;

  return { size, inCut: places.map(pixelOf), identity, nearest, follow, move, cutAbout, firstPixel, cutRows, read, replace }; // prettier-ignore

  function pixelOf([row, col]: readonly [number, number]): readonly [number, number] {
    return [stride * row + middle, stride * col + middle];
  }

  function identity(): Tensor {
    const values = placesInRectangle(size).flatMap((place) => [...pixelOf(place), 1]);
    return tf.tensor4d(values, [1, height, width, 3]);
  }

  function nearest(at: Tensor): Nearest {
    const fromMiddle = tf.sub(at, middle);
    const pointer = nearestPixels(tf.div(fromMiddle, stride), height, width);
    const [row, col] = tf.split(pointer, 2, 0);
    const rows = tf.cast(tf.add(tf.mul(row, width), col).squeeze([0]), 'int32');
    return { rows, offset: tf.sub(fromMiddle, tf.mul(pointer, stride)) };
  }

  function follow(field: Tensor, { rows, offset }: Nearest): Tensor {
    return hosted(followPointers, [field, rows, offset], () => {
      const [place, visible] = tf.split(read(field, rows), [2, 1], 0);
      return tf.concat([tf.add(place, offset), visible], 0);
    });
  }

  function move(field: Tensor, rows: Tensor, at: Tensor, kept: Tensor): Tensor {
    const onGrid = tf.div(tf.sub(at, middle), stride);
    return hosted(movePointers, [field, onGrid, kept, rows], () => {
      const [place, visible] = tf.split(readBilinear(field, onGrid), [2, 1], 0);
      return replace(field, rows, tf.concat([place, tf.mul(visible, kept)], 0));
    });
  }

  function cutAbout(centre: Tensor): Tensor {
    const last = tf.tensor2d([[height - side, width - side]]);
    const corner = tf.round(tf.sub(tf.div(tf.sub(centre, middle), stride), (side - 1) / 2));
    return tf.minimum(tf.maximum(corner, 0), last);
  }

  function firstPixel(origin: Tensor): Tensor {
    return tf.mul(origin, stride);
  }

  function cutRows(origin: Tensor): Tensor {
    return squareRows(origin, side, width);
  }

  function read(values: Tensor, rows: Tensor): Tensor {
    const channels = values.shape[3] as number;
    const flat = values.reshape<Tensor2D>([-1, channels]);
    return planesOfRows(gatherRows(flat, rowsOfBatch(rows, pointers, values.shape[0] === 1)), rows.shape[0]);
  }

  function replace(values: Tensor, rows: Tensor, news: Tensor): Tensor {
    const channels = values.shape[3] as number;
    const flat = values.reshape<Tensor2D>([-1, channels]);
    const rowsOfNews = news.reshape([channels, -1]).transpose<Tensor2D>([1, 0]);
    return replaceRows(flat, rowsOfNews, rowsOfBatch(rows, pointers)).reshape(values.shape);
  }
}
