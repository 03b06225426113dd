/** What long work asks of a person: that something be done, a word, a place in a picture, or a part of one. */
import { useRef, useState } from 'preact/hooks';
import type { JobState } from '../../../src/server/messages.ts';
import { ask, inControl, questionPicture } from '../connection.ts';
import { placeOf, type Place } from '../pointer.ts';

type Question = NonNullable<JobState['question']>;

/** A place, or the corners of a part, in the picture's own pixels. */
interface Chosen {
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
}

export function QuestionCard({ question }: { readonly question: Question }) {
  // Another question is another form: nothing is left in it of what was answered before.
  return <Form key={question.request} question={question} />;
}

function Form({ question }: { readonly question: Question }) {
  const { request, wanted, orNothing } = question;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const isPlace = wanted === 'pixel' || wanted === 'part';
  const reply = (words: string): void => ask({ ask: 'answer', text: words });
  return (
    <form
      class="card question"
      aria-label="Question"
      onSubmit={(event) => {
        event.preventDefault();
        reply(chosen ? placeInWords(wanted, chosen) : text);
      }}
    >
      <p role="status">{request}</p>
      {isPlace && <ChoosePlace question={question} chosen={chosen} onChosen={setChosen} />}
      {wanted === 'words' && (
        <label class="field">
          Answer
          <input type="text" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
      )}
      <div class="buttons">
        <button type="submit" class="go" disabled={!inControl.value || (isPlace && chosen === null)}>
          {isPlace ? 'This one' : wanted === 'words' ? 'Answer' : 'Done'}
        </button>
        {orNothing !== undefined && (
          <button type="button" disabled={!inControl.value} onClick={() => reply('')}>
            {`Nothing, ${orNothing}`}
          </button>
        )}
      </div>
    </form>
  );
}

function placeInWords(wanted: Question['wanted'], { row, col, height, width }: Chosen): string {
  const numbers = wanted === 'part' ? [row, col, height, width].map(Math.round) : [row, col];
  return numbers.map((v) => String(Math.round(v * 10) / 10)).join(',');
}

/** The picture; a click chooses a place in it, and where a part is wanted, a drag one of the right shape. */
function ChoosePlace({
  question: { wanted, aspect = 4 / 3 },
  chosen,
  onChosen,
}: {
  readonly question: Question;
  readonly chosen: Chosen | null;
  readonly onChosen: (chosen: Chosen) => void;
}) {
  const [size, setSize] = useState({ height: 120, width: 160 });
  const from = useRef<Place | null>(null);
  const down = (event: PointerEvent): void => {
    const at = placeOf(event, size);
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    if (wanted === 'part') from.current = at;
    else onChosen({ ...at, height: 0, width: 0 });
  };
  const move = (event: PointerEvent): void => {
    if (from.current !== null) onChosen(partBetween(from.current, placeOf(event, size), size, aspect));
  };
  const stroke = size.width / 160;
  return (
    <div
      class="scene choosing"
      // All of it in sight, below the question.
      style={{
        aspectRatio: `${size.width} / ${size.height}`,
        maxWidth: `calc(${(size.width / size.height).toFixed(3)} * (100vh - 24rem))`,
      }}
    >
      {questionPicture.value !== null && (
        <img
          src={questionPicture.value}
          alt="The picture that is asked about"
          onLoad={({ currentTarget: { naturalHeight, naturalWidth } }) =>
            setSize({ height: naturalHeight, width: naturalWidth })
          }
        />
      )}
      <svg
        class="overlay"
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="application"
        aria-label={
          wanted === 'part' ? 'Drag over the part that counts' : 'Click the place that is asked for'
        }
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => (from.current = null)}
        onPointerCancel={() => (from.current = null)}
      >
        {chosen && wanted === 'part' && (
          <rect
            class="part"
            x={chosen.col}
            y={chosen.row}
            width={chosen.width}
            height={chosen.height}
            stroke-width={stroke}
          />
        )}
        {chosen && wanted === 'pixel' && (
          <circle class="point" cx={chosen.col} cy={chosen.row} r={2 * stroke} />
        )}
      </svg>
    </div>
  );
}

/** The largest part of the wanted shape between two corners, from the first. */
function partBetween(
  a: Place,
  b: Place,
  size: { readonly height: number; readonly width: number },
  aspect: number,
): Chosen {
  const height = Math.max(1, Math.floor(Math.min(Math.abs(b.row - a.row), Math.abs(b.col - a.col) / aspect)));
  const width = Math.max(1, Math.round(height * aspect));
  const row = Math.round(b.row < a.row ? a.row - height : a.row);
  const col = Math.round(b.col < a.col ? a.col - width : a.col);
  return {
    row: Math.max(0, Math.min(size.height - height, row)),
    col: Math.max(0, Math.min(size.width - width, col)),
    height,
    width,
  };
}
