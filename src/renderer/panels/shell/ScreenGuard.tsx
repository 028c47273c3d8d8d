// A fault of ours while drawing must not leave an empty window: it is said, and one press draws the screen again. What is open,
// selected and asked lives outside React and is still there.

import { Component, type ReactNode } from 'react'
import { Button } from '../../controls/Button.tsx'
import { CopyButton } from '../notices/CopyButton.tsx'

interface GuardState {
  readonly fault: Error | undefined
}

export class ScreenGuard extends Component<{ readonly children: ReactNode }, GuardState> {
  override state: GuardState = { fault: undefined }

  static getDerivedStateFromError(error: unknown): GuardState {
    return { fault: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { fault } = this.state
    if (fault === undefined) return this.props.children
    return (
      <main className="screen-fault" role="alert">
        <h1 className="strong">The screen could not be drawn</h1>
        <p>This is a fault of Ground Control. Your files, the open sets and running jobs are not touched.</p>
        <p className="mono dim">{fault.message}</p>
        <div className="row">
          <Button look="primary" onPress={() => this.setState({ fault: undefined })}>
            Draw again
          </Button>
          <Button onPress={() => location.reload()}>Start over</Button>
          <CopyButton text={fault.stack ?? fault.message} />
        </div>
      </main>
    )
  }
}
