/** Pictures come to the page as binary messages: one of these bytes, then a JPEG. */
export const PICTURES = {
  /** What the camera sees now. */
  live: 1,
  /** The predicted frames, side by side. */
  predicted: 2,
  /** The same, with where the points may be over them. */
  heat: 3,
  /** What the camera of a job sees. */
  job: 4,
} as const;

export type Picture = keyof typeof PICTURES;
