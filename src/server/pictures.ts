/** Pictures come to the page as binary messages: one of these bytes, then a JPEG (a PNG, where it is transparent). */
export const PICTURES = {
  /** What the camera sees now. */
  live: 1,
  /** Of the thought that was told last, see `ThoughtPictures`: the predicted frames, side by side. */
  predicted: 2,
  /** The same, with where the points may be over them. */
  heat: 3,
  /** What the camera of a job sees. */
  job: 4,
  /** Of the thought that was told last: what the worst candidate would lead to, what was seen, where the points may be. */
  worst: 5,
  seen: 6,
  belief: 7,
  /** The goal image. */
  goal: 8,
  /** What a job asks about. */
  question: 9,
} as const;

export type Picture = keyof typeof PICTURES;

/** An episode's frames come in a row, one picture; so many at most: JPEG ends at 65,535 pixels. */
export const MOST_IN_A_ROW = 120;
