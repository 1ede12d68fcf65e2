import { Bone, useLate } from './parts';

export function TableBones({ rows = 8 }: { rows?: number }) {
  const late = useLate(true);
  return (
    <div className="col g16" aria-busy="true" role="status">
      {late &&
        Array.from({ length: rows }, (_, i) => i).map((i) => (
          <div key={i} className="row row-12">
            <Bone w={24} h={24} round />
            <Bone w={`${28 + ((i * 13) % 22)}%`} />
            <span className="grow" />
            <Bone w={64} />
          </div>
        ))}
    </div>
  );
}
