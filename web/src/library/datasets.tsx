import type { DatasetFacts, DatasetsMessage } from '../../../src/server/messages.ts';
import { useAnswer } from '../answers.ts';
import { decimals, fileSize, whole } from '../format.ts';
import { Card, Facts, ProblemCard, Shelf } from './shelf.tsx';

export function Datasets() {
  const answer = useAnswer<DatasetsMessage>('/api/datasets');
  return (
    <Shelf<DatasetsMessage>
      title="Data"
      about="Recorded play to learn from."
      answer={answer}
      first="npx foresight collect --out data/play"
      cards={({ datasets, problems }) => [
        ...datasets.map((dataset) => <DatasetCard key={dataset.name} {...dataset} />),
        ...problems.map((problem) => <ProblemCard key={problem.name} {...problem} />),
      ]}
    />
  );
}

export function DatasetCard({ name, rig, frame, controlHz, episodes, minutes, bytes }: DatasetFacts) {
  return (
    <Card title={name}>
      <Facts
        named={{
          Play: `${decimals(minutes, 1)} minutes, ${whole(episodes)} episodes`,
          Rig: rig,
          'On disk': fileSize(bytes),
          Frames: `${frame.width} × ${frame.height}, ${controlHz} a second`,
        }}
      />
      <a href={`#data/${name}`}>Its episodes</a>
    </Card>
  );
}
