import { ProgressBar } from 'react-aria-components'

/** A bar; without `total` it only says that something is going on. */
export function Progress(props: {
  readonly label: string
  readonly done: number
  readonly total?: number | undefined
}) {
  const known = props.total !== undefined && props.total > 0
  return (
    <ProgressBar
      aria-label={props.label}
      className="progress"
      isIndeterminate={!known}
      value={props.done}
      maxValue={known ? props.total : 1}
    >
      {({ percentage }) => (
        <div className="progress-track">
          <div
            className={known ? 'progress-fill' : 'progress-fill progress-unknown'}
            style={known ? { width: `${percentage ?? 0}%` } : {}}
          />
        </div>
      )}
    </ProgressBar>
  )
}
